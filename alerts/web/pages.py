"""Renders the pages, each of them whole in one answer: no script, no image, no font, nothing from elsewhere."""

import base64
import hashlib
from importlib.resources import files
from typing import Any, Literal

import jinja2
from aiohttp import web
from markupsafe import Markup
from msgspec import Struct

from alerts import chart
from alerts.foreign_text import plain
from alerts.incident import Incident
from alerts.links import LinkClaims
from alerts.public_incident import rfc3339
from alerts.receivers import wording
from alerts.web.view import view

_STYLE = files("alerts.web").joinpath("templates/style.css").read_text(encoding="utf-8") + chart.STYLE


def _hash(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_hash(_STYLE)}",
        "img-src data:",  # the empty icon, so that no browser asks for one
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Notice(Struct, frozen=True, kw_only=True):
    """What became of what the person did. ``field`` is the form's field that has to be mended."""

    text: str
    mood: Literal["good", "wrong", "waiting"] = "good"
    field: str = ""


class Form(Struct, frozen=True, kw_only=True):
    """What the form starts with: its nonce, and what was typed before, where it has to be sent again."""

    nonce: str
    name: str = ""
    note: str = ""


_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("alerts.web", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["rfc3339"] = rfc3339


def incident_page(
    incident: Incident,
    claims: LinkClaims,
    form: Form,
    *,
    now: float,
    expires_at: float,
    notice: Notice | None = None,
    status: int = 200,
) -> web.Response:
    """Return the page of an incident, as one recipient's link shows it."""
    wrong_field = notice.field if notice else ""
    points = incident.evidence.chart
    return _response(
        "incident.html",
        status,
        view=view(incident, now),
        chart=Markup(chart.incident_chart(points, ring_at=incident.opened_at, styled=False)) if len(points) > 1 else "",  # noqa: S704 – escapes its text itself
        notice=None if wrong_field else notice,
        wrong=notice.text if notice else "",
        wrong_field=wrong_field,
        nonce=form.nonce,
        name=form.name,
        note=form.note,
        recipient=plain(claims.recipient, 80),
        works_until=wording.moment(expires_at),
        incident_id=plain(incident.id, 120),
        link=claims.identity,
    )


def plain_page(heading: str, *lines: str, status: int = 200) -> web.Response:
    """Return a page of a heading and a few lines."""
    return _response("plain.html", status, heading=heading, lines=lines)


def _response(template: str, status: int, **values: Any) -> web.Response:
    text = _environment.get_template(template).render(style=Markup(_STYLE), **values)  # noqa: S704 – our own file
    response = web.Response(text=text, status=status, content_type="text/html")
    # A third of the size on a slow line. Safe although a name is echoed: the nonce is another each time.
    response.enable_compression()
    return response
