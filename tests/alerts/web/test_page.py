"""The page of an incident: what it shows, what it keeps to itself, and what it makes of hostile text."""

import asyncio
import logging
import re
from datetime import datetime

import aiohttp
import pytest
import structlog
from msgspec.structs import replace
from prometheus_client import generate_latest

from alerts.health import metrics
from alerts.web.app import web_app
from alerts.web.server import serving
from detectors.post import Post
from detectors.verdict import Counted, Term
from tests.alerts.web import samples
from tests.alerts.web.conftest import URL, Person

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202eevil\u2066 \x00\x1b[31m {{ 7*7 }} \ud800"


def refused(reason: str) -> float:
    return float(metrics.LINKS_REFUSED.labels(reason)._value.get())


async def test_a_page_says_what_happened_how_bad_why_and_who_has_it(person):
    _, page = await person.opens()

    for words in (
        "People are turning against Northside Hospital Trust", "Critical", "level 4 of 4", "are ordinary",
        "of them negative", "car park charges", "£14 to sit beside my mum", "Nobody has it yet", "I have it",
    ):  # fmt: skip
        assert words in page


async def test_a_page_says_how_much_could_not_be_scored(person, stage, incident):
    stage.put(replace(incident, counted=replace(incident.counted, unscored_share=0.4)))

    _, page = await person.opens()

    assert "40 % could not be scored for anger" in page


async def test_a_page_of_much_talk_says_whether_it_is_good_news(person, stage, incident):
    counted = Counted(
        seen=70, span_s=7_200, expected=5.0, negatives=18, expected_negatives=0.9, negative_share=0.26,
        expected_negative_share=0.1, at=incident.began_at + 7_200,
    )  # fmt: skip
    praised = replace(incident, kind="opportunity", severity="info", counted=counted)
    stage.put(praised)
    _, good = await person.opens()
    stage.put(replace(praised, version=praised.version + 1, counted=replace(counted, mixed=True)))

    _, mixed = await person.opens()

    assert "Unusual praise" in good
    assert "is being talked about a lot, and not in anger" in good
    assert "Mixed talk" in mixed
    assert "is being talked about a lot, and reactions are mixed" in mixed
    assert "raise" not in mixed


async def test_a_page_is_one_request(person):
    _, page = await person.opens()

    loaded = re.findall(r'(?:src|srcset|poster)="([^"]*)"|<link[^>]*href="([^"]*)"|url\(([^)]*)\)|@import', page)
    assert loaded == [("", "data:,", "")]
    assert re.findall("<script[^>]*>", page) == ["<script>"]


async def test_a_page_is_small_on_a_slow_line(person):
    response, _ = await person.opens()

    assert response.headers["Content-Encoding"] in {"gzip", "deflate"}
    assert int(response.headers["Content-Length"]) < 10_000


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_page_comes_with_strict_headers(person, method):
    response, _ = await person.opens(method)

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "Server" not in response.headers
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", policy["script-src"])


async def test_every_answer_has_the_headers(client):
    for path in ("/", "/nothing/here", "/i/forged", "/healthz"):
        response = await client.get(path)
        assert response.headers["Cache-Control"] == "no-store", path
        assert response.headers["Referrer-Policy"] == "no-referrer", path


async def test_browsers_are_told_to_come_by_https_alone_where_the_links_do(client, signer):
    assert (await client.get("/healthz")).headers["Strict-Transport-Security"] == "max-age=31536000"

    signer.public_url = "http://localhost:8080"

    assert "Strict-Transport-Security" not in (await client.get("/healthz")).headers


async def test_whoever_finds_a_weakness_is_told_whom_to_tell(client, parts, clock):
    parts.security_contact = "mailto:security@example.org"

    response = await client.get("/.well-known/security.txt")
    said = dict(line.split(": ", 1) for line in (await response.text()).splitlines())

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert said["Contact"] == "mailto:security@example.org"
    assert said["Canonical"] == "https://tocsin.example.org/.well-known/security.txt"
    until = datetime.fromisoformat(said["Expires"]).timestamp()
    assert clock() < until < clock() + 365 * 86400


async def test_without_a_contact_there_is_no_security_txt(client):
    assert (await client.get("/.well-known/security.txt")).status == 404


async def test_the_cookie_is_for_this_page_alone(person):
    response, _ = await person.opens()

    cookie = response.cookies["tocsin"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Strict", True, "/i/")


async def test_the_cookie_works_on_a_laptop_without_https(person, signer):
    signer.public_url = "http://localhost:8080"

    response, _ = await person.opens()

    assert not response.cookies["tocsin"]["secure"]


async def test_the_cookie_fits_a_page_that_a_proxy_serves_under_a_prefix(person, signer):
    signer.public_url = "https://example.org/tocsin"

    response, _ = await person.opens()

    assert response.cookies["tocsin"]["path"] == "/tocsin/i/"


async def test_a_second_window_leaves_the_form_of_the_first_alone(person, stage):
    await person.opens()
    form_token = person.form_token
    await person.opens()

    response, _ = await person.presses(form_token=form_token)

    assert response.status == 200


async def test_hostile_text_is_shown_as_text(person, stage, incident):
    post = Post(
        id="x", published=samples.BEGAN, content=HOSTILE, author_name=HOSTILE, source=HOSTILE,
        url='https://evil.example/"><script>', language='en" onload="x',
    )  # fmt: skip
    evidence = replace(
        incident.evidence, posts=(post,), phrases=(Term(text=HOSTILE, share=0.5),),
        concentration=replace(
            incident.evidence.concentration, loudest_author=HOSTILE, rings_without_loudest_author=False,
            repeated_text=HOSTILE, rings_without_repeated_text=False,
        ),
    )  # fmt: skip
    stage.put(replace(incident, evidence=evidence, brand_name=HOSTILE, reason=HOSTILE, severity_reason=HOSTILE))

    response, page = await person.opens()

    assert response.status == 200
    assert "&lt;script&gt;alert(1)" in page
    assert re.findall("<script[^>]*>", page) == ["<script>"]
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert not set("\u202e\u2066\x00\x1b\ud800") & set(page)
    assert 'onload="x"' not in page


async def test_a_hostile_name_is_shown_as_text(person):
    await person.opens()

    _, page = await person.presses(name='Ada"><script>alert(1)</script>\u202e')

    assert re.findall("<script[^>]*>", page) == ["<script>"]
    assert "\u202e" not in page
    assert "Ada&#34;&gt;&lt;script&gt;" in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://user:pass@evil.example/", "//evil", ""]
)
async def test_only_web_addresses_are_linked(person, stage, incident, url):
    post = Post(id="x", published=samples.BEGAN, content="words", url=url)
    stage.put(replace(incident, evidence=replace(incident.evidence, posts=(post,))))

    _, page = await person.opens()

    assert "<a " not in page


async def test_links_to_posts_tell_nothing_about_this_page(person):
    _, page = await person.opens()

    links = re.findall(r"<a [^>]*>", page)
    assert len(links) == 3
    assert all('rel="noopener noreferrer nofollow"' in link for link in links)


async def test_a_post_that_was_taken_down_is_not_shown(person, stage, incident):
    posts = (replace(samples.POSTS[0], content=""), *samples.POSTS[1:])
    stage.put(replace(incident, evidence=replace(incident.evidence, posts=posts)))

    _, page = await person.opens()

    assert page.count("<blockquote") == 2


async def test_a_page_can_be_read_aloud(person):
    _, page = await person.opens()

    assert '<html lang="en">' in page
    assert page.count("<h1") == page.count("<main>") == 1
    identities = re.findall(r'\bid="([^"]+)"', page)
    assert len(identities) == len(set(identities))
    for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page):
        assert set(names.split()) <= set(identities)
    for field in re.findall(r'<(?:input|textarea) id="([^"]+)"', page):
        assert f'<label for="{field}"' in page


@pytest.mark.parametrize("why", ["forged", "expired", "revoked", "unknown"])
async def test_a_link_that_does_not_work_says_what_to_do(person, stage, signer, incident, clock, why):
    if why == "forged":
        person.path = person.path[:-3] + ("b" if person.path[-3] == "a" else "a") + person.path[-2:]
    elif why == "expired":
        clock.now += 8 * 86400
    elif why == "revoked":
        stage.put(replace(incident, link_version=2))
    else:
        person.path = signer.link("northside-of-old", "northside", "pager").removeprefix(URL)
    before = refused(why)

    response, page = await person.opens()

    assert response.status == {"forged": 403, "expired": 410, "revoked": 410, "unknown": 404}[why]
    assert "call the person on duty" in page
    assert "Northside" not in page
    assert refused(why) == before + 1


async def test_a_page_that_is_not_read_yet_asks_for_patience(person, stage, signer):
    stage.starting = ("the topic incidents is read to 40 %",)
    person.path = signer.link("northside-newest", "northside", "pager").removeprefix(URL)

    response, page = await person.opens()

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert "Load this page again" in page


async def test_the_index_shows_no_incident(client, incident):
    page = await (await client.get("/")).text()

    assert "Northside" not in page
    assert "Tocsin listens" in page


async def test_a_token_is_in_no_log_and_no_metric(parts, signer, incident, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    link = signer.link(incident.id, incident.brand, "chief-executive")
    token = link.rpartition("/")[2]
    async with serving(web_app(parts), "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:
        with structlog.testing.capture_logs() as logged:
            await session.get(f"http://127.0.0.1:{port}/i/{token}")
            await session.head(f"http://127.0.0.1:{port}/i/{token}")
            await session.post(f"http://127.0.0.1:{port}/i/{token}", data={"name": "Ada", "action": "acknowledge"})
            await session.get(f"http://127.0.0.1:{port}/i/{token}x")
            await session.get(f"http://127.0.0.1:{port}/wrong/{token}")
            await _sends_no_http(port, token)
        exposed = generate_latest().decode()

    heard = repr(logged) + caplog.text + "".join(capfd.readouterr())
    assert [entry["route"] for entry in logged if entry["event"] == "request"].count("/i/{token}") == 5
    assert token not in heard
    assert token[:40] not in heard
    assert token not in exposed


async def test_a_failure_inside_is_answered_and_logged_without_the_token(person, parts):
    token = person.path.rpartition("/")[2]

    class Broken:
        def get(self, _incident_id):
            raise RuntimeError(f"no state for /i/{token}")

        def missing(self):
            return ()

    parts.store = Broken()
    with structlog.testing.capture_logs() as logged:
        response, page = await person.opens()

    assert response.status == 500
    assert "call the person on duty" in page
    assert "RuntimeError" in repr(logged)
    assert token not in repr(logged)
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_scanners_that_submit_what_they_find_take_nothing(client, person: Person, stage):
    _, page = await person.opens()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))

    for name in ("", "\u200b"):
        response = await client.post(person.path, data={**fields, "action": "acknowledge", "name": name})
        assert response.status in {403, 422}

    assert stage.commands == []


async def _sends_no_http(port: int, token: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /i/{token} HTTP/9.9 nonsense\r\nx\r\n\r\n".encode())
    await writer.drain()
    await reader.read()
    writer.close()
    await writer.wait_closed()
