"""What a person typed into the form, kept in their browser until it is sent, and shown again by what answers it."""

import base64
import binascii

import msgspec
from aiohttp import web
from msgspec import Struct

from alerts.web.dependencies import Dependencies
from alerts.web.links import LinkClaims
from alerts.web.view import NAME_LENGTH, NOTE_LENGTH
from alerts.wording.foreign_text import sanitise

COOKIE = "tocsin-typed"
_KEPT_S = 900
_LONGEST = 4000
"""Characters; a browser keeps no larger cookie."""


class Typed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Name and reason, and the link to whose page they belong."""

    link: str = ""
    name: str = ""
    note: str = ""


def keep_typed(response: web.Response, parts: Dependencies, claims: LinkClaims, name: str, note: str) -> None:
    """Have the browser keep what was typed."""
    typed = Typed(link=claims.identity, name=name, note=note)
    value = base64.urlsafe_b64encode(msgspec.json.encode(typed)).decode()
    if len(value) <= _LONGEST:
        parts.set_cookie(response, COOKIE, value, max_age=_KEPT_S)


def forget_typed(response: web.Response, parts: Dependencies) -> None:
    """Have the browser forget it."""
    parts.set_cookie(response, COOKIE, "", max_age=0)


def typed_before(request: web.Request, claims: LinkClaims) -> Typed:
    """Return what was typed on the page of this link a moment ago, as harmless as if it came with a form."""
    try:
        raw = base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")[:_LONGEST])
        typed = msgspec.json.decode(raw, type=Typed) if raw else Typed()
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        return Typed()
    if typed.link != claims.identity:
        return Typed()
    return Typed(link=typed.link, name=sanitise(typed.name, NAME_LENGTH), note=sanitise(typed.note, NOTE_LENGTH))
