"""Reads what YouScan's webhooks post: one mention at a time; several in a list are read as well."""

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.pushed import Push, PushRefusedError
from streams.sources.source import Batch
from streams.sources.youscan.found_mention import KIND, is_spam, mention_of
from streams.sources.youscan.settings import YouScanSettings


class YouScanSource:
    """The webhooks of one topic, or of several that post to the same address."""

    kind = KIND

    def __init__(self, source_id: str, settings: YouScanSettings) -> None:
        self.id = source_id
        self.secret = settings.secret.get_secret_value()
        self._settings = settings

    def read(self, push: Push) -> Batch:
        """As ``PushedSource``; what YouScan calls spam is heard, and left out."""
        try:
            body = msgspec.json.decode(push.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise PushRefusedError(f"the body is no JSON: {error}", status=400, data=push.body) from error
        if not isinstance(body, dict | list):
            raise PushRefusedError("the body is no mention", status=400, data=push.body, reason="schema")
        found = body if isinstance(body, list) else [body]
        mentions: list[Mention] = []
        refused: list[Refused] = []
        for index, one in enumerate(found):
            if is_spam(one):
                continue
            try:
                mentions.append(mention_of(one, self._settings.brands))
            except (BadMentionError, msgspec.ValidationError) as error:
                known = error if isinstance(error, BadMentionError) else BadMentionError("schema", str(error))
                refused.append(Refused.because(known, f"{KIND}: [{index}]", msgspec.json.encode(one)[:MAX_BYTES]))
        return Batch(
            position={}, mentions=tuple(mentions), refused=tuple(refused), heard=len(found) - len(refused),
            delay_s=self._settings.delay,
        )  # fmt: skip
