"""Reads what Meltwater's data streams post: batches of documents, signed where a secret was agreed on.

References
----------
[^1]: developer.meltwater.com, *Data Streams - API Quickstart* (a batch; 200 is expected) and *Data Streams - Document
    Verification* (``X-Hub-Signature: sha1=…``, an HMAC of the body).
"""

import hashlib
import hmac

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.meltwater.document import KIND, mention_of, names_of
from streams.sources.meltwater.settings import MeltwaterSettings
from streams.sources.pushed import Push, PushRefusedError
from streams.sources.source import Batch
from streams.sources.suites.fields import at


class MeltwaterSource:
    """One data stream, or several that post to the same address."""

    kind = KIND

    def __init__(self, source_id: str, settings: MeltwaterSettings) -> None:
        self.id = source_id
        self.secret = settings.secret.get_secret_value()
        self._settings = settings

    def read(self, push: Push) -> Batch:
        """As ``PushedSource``."""
        self._check_signature(push)
        try:
            body = msgspec.json.decode(push.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise PushRefusedError(f"the body is no JSON: {error}", status=400, data=push.body) from error
        documents = at(body, "documents")
        if not isinstance(documents, list):
            raise PushRefusedError(
                "the body has no list `documents`; create the data stream with the template api.json",
                status=400, data=push.body, reason="schema",
            )  # fmt: skip
        searches = names_of(at(body, "request.inputs"))
        mentions: list[Mention] = []
        refused: list[Refused] = []
        for index, document in enumerate(documents):
            try:
                mentions.append(mention_of(document, searches, self._settings.brands))
            except (BadMentionError, msgspec.ValidationError) as error:
                known = error if isinstance(error, BadMentionError) else BadMentionError("schema", str(error))
                data = msgspec.json.encode(document)[:MAX_BYTES]
                refused.append(Refused.because(known, f"{KIND}: documents[{index}]", data))
        return Batch(position={}, mentions=tuple(mentions), refused=tuple(refused), delay_s=self._settings.delay)

    def _check_signature(self, push: Push) -> None:
        if self._settings.signing_secret is None:
            return
        secret = self._settings.signing_secret.get_secret_value().encode()
        due = "sha1=" + hmac.new(secret, push.body, hashlib.sha1).hexdigest()
        if not hmac.compare_digest(due.encode(), push.headers.get("x-hub-signature", "").strip().lower().encode()):
            raise PushRefusedError(
                "X-Hub-Signature is not that of this body; is signing_secret the X-Hook-Secret of this data stream?",
                status=401,
            )
