"""E-mail: a thread an incident, plain and HTML, and nothing that cannot be taken back."""

from email.message import EmailMessage

import pytest
from msgspec.structs import replace

from alerts.errors import DeliveryError
from alerts.receivers.email.message import mail
from alerts.receivers.email.settings import EmailSettings, SmtpService
from alerts.simulation.services.inbox import Inbox
from detectors.verdict import Counted
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.outbreak import LINK, NOTIFIED, OVER, POSTS, TAKEN, WORSE, then, told


async def test_later_mails_answer_the_first(inbox: Inbox, build: Build):
    chief = build("email")

    receipt = await chief.send(told(NOTIFIED), earlier={}, repeat=False)
    await chief.send(told(OVER, "resolved"), earlier=receipt, repeat=False)

    first, second = inbox.store.received("email")
    assert first.body["headers"]["Message-ID"] == receipt["message_id"]
    assert second.body["headers"]["In-Reply-To"] == receipt["message_id"]
    assert second.body["headers"]["References"] == receipt["message_id"]
    assert second.body["recipients"] == ["chief@example.org"]


async def test_growth_sends_no_mail_and_keeps_the_receipt(inbox: Inbox, build: Build):
    chief = build("email")
    receipt = await chief.send(told(NOTIFIED), earlier={}, repeat=False)

    again = await chief.send(told(then(NOTIFIED, "grown", 5), "update"), earlier=receipt, repeat=False)

    assert again == receipt
    assert len(inbox.store.received()) == 1


async def test_a_mail_brings_the_fresh_link_where_the_old_ones_are_withdrawn(inbox: Inbox, build: Build):
    chief = build("email")
    receipt = await chief.send(told(NOTIFIED), earlier={}, repeat=False)
    withdrawn = then(NOTIFIED, "links_revoked", 60, by="Ada", note="a lost phone")

    await chief.send(told(withdrawn, "update", link=f"{LINK}fresh"), earlier=receipt, repeat=False)

    mail = inbox.store.received("email")[1]
    assert mail.what.startswith("New link: Northside Hospital Trust: crisis")
    assert f"{LINK}fresh" in mail.body["text"]
    assert "Ada withdrew all links sent before (a lost phone)" in mail.body["text"]


async def test_the_first_word_of_a_good_news_is_mailed_though_it_is_an_update(inbox: Inbox, build: Build):
    praise = replace(NOTIFIED, kind="opportunity", severity="info")

    await build("email").send(told(praise, "update"), earlier={}, repeat=False)

    assert [m.what for m in inbox.store.received()] == [
        "Northside Hospital Trust: unusual praise, since 12 July 2011, 14:58 UTC"
    ]


async def test_the_digest_of_mixed_talk_speaks_of_no_praise(inbox: Inbox, build: Build):
    counted = Counted(
        seen=70, span_s=7_200, expected=5.0, negatives=18, expected_negatives=0.9, negative_share=0.26,
        expected_negative_share=0.1, at=NOTIFIED.began_at + 7_200, mixed=True,
    )  # fmt: skip
    talk = replace(NOTIFIED, kind="opportunity", severity="info", counted=counted)

    await build("email").send(told(talk, "update"), earlier={}, repeat=False)

    assert [m.what for m in inbox.store.received()] == [
        "Northside Hospital Trust: mixed talk, since 12 July 2011, 14:58 UTC"
    ]


@pytest.mark.parametrize(("address", "outcome"), [("nobody@", None), ("chief@example.org", "ok")])
def test_an_address_must_be_one(address: str, outcome: str | None):
    if outcome is None:
        with pytest.raises(ValueError, match="to"):
            EmailSettings(to=address)
    else:
        assert EmailSettings(to=address).to == address


def test_subjects_say_what_is_new():
    assert [str(made(incident)["Subject"]) for incident in (NOTIFIED, WORSE, TAKEN, OVER)] == [
        "Northside Hospital Trust: crisis (serious), since 12 July 2011, 14:58 UTC",
        "Now worse: Northside Hospital Trust: crisis (critical), since 12 July 2011, 14:58 UTC",
        "Sam Okafor has it: Northside Hospital Trust: crisis (critical), since 12 July 2011, 14:58 UTC",
        "Over: Northside Hospital Trust: crisis (critical), 12 July 2011, 14:58 UTC to 17:28 UTC",
    ]


def test_a_brand_with_a_line_break_cannot_add_headers():
    message = made(replace(NOTIFIED, brand_name="North\r\nBcc: all@example.org"))

    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"])


def test_the_html_shows_foreign_text_as_text():
    html = part(made(replace(NOTIFIED, reason="<img src=x onerror=alert(1)>")), "html")

    assert "<img" not in html
    assert "<script" not in html
    assert "javascript:" not in html
    assert f'href="{LINK}"' in html


def test_no_text_of_a_post_is_mailed_for_it_could_not_be_taken_back():
    message = made(NOTIFIED)

    assert not any(post.content in part(message, kind) for post in POSTS for kind in ("plain", "html"))
    assert "https://bsky.example/p/2?a=1&b=2" in part(message, "plain")


def test_what_is_over_asks_nobody_to_take_it():
    assert f"See it: {LINK}" in part(made(OVER), "plain")
    assert f"See it, and take it: {LINK}" in part(made(NOTIFIED), "plain")


def test_a_silent_source_is_told_without_figures_of_mentions():
    silent = replace(NOTIFIED, kind="source_silent", reason="Tocsin: nothing from rss since 14:02 UTC.")

    text = part(made(silent), "plain")

    assert "nothing from rss since 14:02 UTC." in text
    assert "ordinary" not in text


def test_no_out_of_office_answer_is_asked_for():
    assert made(NOTIFIED)["Auto-Submitted"] == "auto-generated"


async def test_a_server_that_offers_no_tls_is_not_given_the_mail(inbox: Inbox):
    from alerts.receivers.email.receiver import EmailReceiver

    service = SmtpService(host="127.0.0.1", port=inbox.smtp_port, security="starttls")
    receiver = EmailReceiver("chief", EmailSettings(to="chief@example.org"), service, lambda: 0.0, timeout_s=60)

    with pytest.raises(DeliveryError, match=r"smtp\.security") as caught:
        await receiver.send(told(NOTIFIED), earlier={}, repeat=False)

    # It may be offered again once the server is back to itself; the page is unreachable meanwhile.
    assert caught.value.outcome == "retry"
    assert inbox.store.received() == []


def made(incident: object) -> EmailMessage:
    purpose = "resolved" if incident is OVER else "page"
    return mail(told(incident, purpose), sender="tocsin@example.org", to="c@example.org", at=1310482920.0, earlier={})  # type: ignore[arg-type]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())
