"""The token in a page's form (CSRF): bound to a cookie and to one link, good for a while, and once."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from alerts.errors import LinkError
from alerts.web.links import signed, unsigned

TTL_S = 12 * 3600.0
"""A page left open over a night's sleep asks to be pressed again."""
MOST_SPENT = 100_000
"""Spent form tokens remembered; beyond that the command's own identity still makes a replay harmless."""


class FormToken(Struct, frozen=True, kw_only=True):
    """A form's token, checked. ``command_id`` is the identity of the one command that it can send."""

    command_id: str
    issued_at: int


class FormTokens:
    """Issues and checks form tokens; remembers those spent in this process.

    A replay that another process sees carries the same ``command_id``, and a command carried out twice does
    what once does: so nothing depends on this memory but the words that a person reads.

    Parameters
    ----------
    keys
        As of ``LinkSigner``.
    clock
        Returns epoch seconds.
    token
        Returns an unguessable text, a new one each time.
    """

    def __init__(
        self,
        keys: Sequence[str],
        *,
        ttl_s: float = TTL_S,
        clock: Callable[[], float] = time.time,
        token: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._keys = tuple(keys)
        self._ttl_s = ttl_s
        self._clock = clock
        self._token = token
        self._spent: OrderedDict[str, None] = OrderedDict()

    def new_cookie(self) -> str:
        """Return a value for the cookie of a browser that has none."""
        return self._token()

    def issue(self, cookie: str, link: str) -> str:
        """Return a form token for one form.

        Parameters
        ----------
        cookie
            What the browser's cookie holds.
        link
            Identity of the link whose page holds the form.
        """
        return signed([self._token(), link, _fingerprint(cookie)], "form", self._keys, self._clock())

    def check(self, form_token: str, cookie: str, link: str) -> FormToken:
        """Check a form token without spending it.

        Raises
        ------
        LinkError
            With the reason ``no_cookie``, ``nonce`` (not ours, or of another browser), ``nonce_expired`` or
            ``other_link``.
        """
        if not cookie:
            raise LinkError("no_cookie", "The form came without the cookie that its page set.")
        try:
            value, issued_at = unsigned(form_token, "form", self._keys)
            identity, for_link, fingerprint = msgspec.convert(value, tuple[str, str, str])
        except (LinkError, msgspec.ValidationError) as error:
            raise LinkError("nonce", "The form is not one of ours.") from error
        if not hmac.compare_digest(fingerprint, _fingerprint(cookie)):
            raise LinkError("nonce", "The form was made for another browser, or an earlier visit.")
        if not hmac.compare_digest(for_link, link):
            raise LinkError("other_link", "The form belongs to another link.")
        if self._clock() - issued_at > self._ttl_s:
            raise LinkError("nonce_expired", "The form was open for too long.")
        return FormToken(command_id=f"c-{hashlib.sha256(identity.encode()).hexdigest()[:24]}", issued_at=issued_at)

    def spend(self, form_token: FormToken) -> bool:
        """Spend a form token; ``False`` where it was spent before."""
        if form_token.command_id in self._spent:
            return False
        self._spent[form_token.command_id] = None
        while len(self._spent) > MOST_SPENT:
            self._spent.popitem(last=False)
        return True


def _fingerprint(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "surrogateescape")).hexdigest()[:32]
