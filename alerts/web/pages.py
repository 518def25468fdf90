"""Renders the pages, each of them whole in one answer: no image, no font, nothing from elsewhere.

The one script writes moments on the reader's own clock; without it the page lacks nothing.
"""

import base64
import hashlib
import re
from importlib.resources import files
from typing import Any

import jinja2
from aiohttp import web
from markupsafe import Markup, escape
from msgspec import Struct

from alerts.incidents.incident import Incident
from alerts.incidents.sentence import facts_of
from alerts.web.answers import Notice
from alerts.web.links import LinkClaims
from alerts.web.view import view
from alerts.wording import chart
from alerts.wording.foreign_text import sanitise
from alerts.wording.moments import Style, Times, rendered, rfc3339

_STYLE = files("alerts.web").joinpath("templates/style.css").read_text(encoding="utf-8") + chart.STYLE


_SCRIPT = files("alerts.web").joinpath("templates/times.js").read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_hash(_STYLE)}",
        f"script-src {_hash(_SCRIPT)}",  # the one script of ours, which asks for nothing
        "img-src data:",  # the empty icon, so that no browser asks for one
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class Form(Struct, frozen=True, kw_only=True):
    """What the form starts with: its token, and what was typed before, where it has to be sent again."""

    form_token: str
    name: str = ""
    note: str = ""


_environment = jinja2.Environment(
    loader=jinja2.PackageLoader("alerts.web", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def with_times(text: str) -> Markup:
    """Return a text as HTML whose marked moments a script may write on the reader's own clock."""

    def element(at: float, style: Style, words: str) -> str:
        return f'<time datetime="{rfc3339(at)}" data-as="{style}">{words}</time>'

    return Markup(rendered(str(escape(text)), element))  # noqa: S704 – escaped in this line


def _breakable(text: str) -> Markup:
    """Return a text as HTML that may go on in the next line within an address, where its parts end."""
    return Markup(re.sub(r"(?<=\w)([/.])(?=\w)", r"\1<wbr>", str(escape(text))))  # noqa: S704 – escaped in this line


_environment.filters["breakable"] = _breakable
_environment.filters["with_times"] = with_times


def incident_page(
    incident: Incident,
    claims: LinkClaims,
    form: Form,
    *,
    now: float,
    times: Times,
    expires_at: float,
    notice: Notice | None = None,
) -> web.Response:
    """Return the page of an incident, as one recipient's link shows it."""
    wrong_field = notice.field if notice else ""
    seen = view(incident, now, times)
    # Beside the post that it was pressed at, where that is still shown.
    at_post = notice.post if notice and notice.post in {post.key for post in (*seen.posts, *seen.gone)} else ""
    return _response(
        "incident.html",
        notice.status if notice else 200,
        view=seen,
        chart=_chart(incident, times),
        chart_note=chart.unfinished_note(incident.evidence.chart, times),
        notice=None if wrong_field else notice,
        at_post=at_post,
        wrong=notice.text if notice else "",
        wrong_field=wrong_field,
        form_token=form.form_token,
        name=form.name,
        note=form.note,
        recipient=sanitise(claims.recipient, 80),
        works_until=times.moment(expires_at),
        incident_id=sanitise(incident.id, 120),
        link=claims.identity,
    )


def _chart(incident: Incident, times: Times) -> Markup:
    found = facts_of(incident).counted
    drawn = chart.incident_chart(
        incident.evidence.chart,
        fired_at=incident.opened_at,
        styled=False,
        times=Times(times.zone),
        # Authors since it began have no unit that the heights could share.
        per_s=found.span_s if found.negatives is None else 0,
    )
    return Markup(drawn)  # noqa: S704 – escapes its text itself


def plain_page(heading: str, *lines: str, status: int = 200) -> web.Response:
    """Return a page of a heading and a few lines."""
    return _response("plain.html", status, heading=heading, lines=lines)


def _response(template: str, status: int, **values: Any) -> web.Response:
    ours = {"style": Markup(_STYLE), "script": Markup(_SCRIPT)}  # noqa: S704 – our own files
    text = _environment.get_template(template).render(**ours, **values)
    response = web.Response(text=text, status=status, content_type="text/html")
    # A third of the size on a slow line. Safe although a name is echoed: the form token is another each time.
    response.enable_compression()
    return response
