"""Signed links: one for each recipient of an incident, good until they expire or are revoked."""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from msgspec import Struct

from alerts.errors import LinkError
from alerts.incidents.incident import Incident

LinkPurpose = Literal["incident", "form"]
"""What a signature is for: the link to a page, or the token of the form on it."""

LONGEST_TOKEN = 2048
"""Characters; what is longer was not made here and is not looked at."""


class LinkClaims(Struct, frozen=True, kw_only=True):
    """What a link says, once its signature has been checked.

    Parameters
    ----------
    recipient
        Id of the receiver that the link was sent to.
    version
        The incident's ``link_version`` when it was made: a higher one revokes it.
    issued_at
        When it was made, epoch seconds.
    """

    incident: str
    brand: str
    recipient: str
    version: int
    issued_at: int

    @property
    def identity(self) -> str:
        """The link's name in the audit trail: it distinguishes two links and opens nothing.

        Examples
        --------
        >>> LinkClaims(incident="i1", brand="b", recipient="pager", version=1, issued_at=0).identity
        'l-d0f297c2ae43'
        """
        parts = (self.incident, self.brand, self.recipient, str(self.version), str(self.issued_at))
        return f"l-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:12]}"


class LinkSigner:
    """Makes and reads links.

    Parameters
    ----------
    keys
        Secrets, the newest first: it signs, all are read. Dropping a key ends every link that it signed.
    public_url
        Base of the links, e.g. ``https://tocsin.example.org``.
    ttl_s
        A link runs out so many seconds after it was made.
    clock
        Returns epoch seconds.

    Examples
    --------
    >>> signer = LinkSigner(["a secret of this installation"], "https://tocsin.example.org", ttl_s=3600)
    >>> link = signer.link("northside-20110712T150000Z", "northside", "chief-executive", at=1310482800)
    >>> link.startswith("https://tocsin.example.org/i/")
    True
    >>> signer.read(link.rpartition("/")[2], at=1310482860).recipient
    'chief-executive'
    """

    def __init__(
        self, keys: Sequence[str], public_url: str, ttl_s: float, *, clock: Callable[[], float] = time.time
    ) -> None:
        if not keys or not all(keys):
            raise ValueError("at least one key is needed to sign links, and none may be empty")
        self.public_url = public_url.rstrip("/")
        self.ttl_s = ttl_s
        self._keys = tuple(keys)
        self._clock = clock

    def link(self, incident_id: str, brand: str, recipient: str, version: int = 1, *, at: float | None = None) -> str:
        """Return the address of an incident's page for one recipient."""
        claims = [incident_id, brand, recipient, version]
        return f"{self.public_url}/i/{signed(claims, 'incident', self._keys, self._now(at))}"

    def read(self, token: str, *, at: float | None = None) -> LinkClaims:
        """Return what the last part of a link's address says.

        Raises
        ------
        LinkError
            With the reason ``forged``, ``expired`` or ``wrong_purpose``. Whether it was revoked only the incident
            knows: see ``require_current``.
        """
        value, issued_at = unsigned(token, "incident", self._keys)
        try:
            incident, brand, recipient, version = msgspec.convert(value, tuple[str, str, str, int])
        except msgspec.ValidationError as error:
            raise LinkError("forged", "The link is signed, but says what no link of ours says.") from error
        if self._now(at) - issued_at > self.ttl_s:
            raise LinkError("expired", "The link has run out.")
        return LinkClaims(incident=incident, brand=brand, recipient=recipient, version=version, issued_at=issued_at)

    def _now(self, at: float | None) -> float:
        return self._clock() if at is None else at


def require_current(claims: LinkClaims, incident: Incident) -> None:
    """Refuse a link that was revoked: the incident's ``link_version`` has passed it.

    Raises
    ------
    LinkError
        With the reason ``revoked``, or ``forged`` where the link names another brand than the incident's.
    """
    if claims.brand != incident.brand:
        raise LinkError("forged", "The link names another brand than the incident.")
    if claims.version != incident.link_version:
        raise LinkError("revoked", "The link was withdrawn.")


def signed(value: Any, purpose: LinkPurpose, keys: Sequence[str], at: float) -> str:
    """Sign a JSON value for one purpose, with the newest key."""
    token: str | bytes = _serializer(purpose, keys, at).dumps(value)
    return token if isinstance(token, str) else token.decode()


def unsigned(token: str, purpose: LinkPurpose, keys: Sequence[str]) -> tuple[Any, int]:
    """Return the value and when it was signed, epoch seconds, whatever its age.

    Raises
    ------
    LinkError
        With the reason ``wrong_purpose`` for one of ours that is meant for something else, else ``forged``.
    """
    if len(token) > LONGEST_TOKEN:
        raise LinkError("forged", "Nothing of ours is so long.")
    if (found := _verified(token, purpose, keys)) is not None:
        return found
    other: LinkPurpose = "form" if purpose == "incident" else "incident"
    if _verified(token, other, keys) is not None:
        raise LinkError("wrong_purpose", "This was signed for something else.")
    raise LinkError("forged", "The signature does not fit.")


def _verified(token: str, purpose: LinkPurpose, keys: Sequence[str]) -> tuple[Any, int] | None:
    try:
        value, made = _serializer(purpose, keys, 0).loads(token, return_timestamp=True)
    except (BadData, UnicodeError):
        return None
    return value, int(made.timestamp())


class _Signer(TimestampSigner):
    """Stamps with the time that it is given, not with the clock's."""

    def __init__(self, *args: Any, at: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at = int(at)

    def get_timestamp(self) -> int:
        return self._at


def _serializer(purpose: LinkPurpose, keys: Sequence[str], at: float) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        list(reversed(keys)),  # the library wants the newest last
        salt=f"tocsin.{purpose}",
        signer=_Signer,
        signer_kwargs={"at": at, "digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
