"""What the terminal shows."""

import io

import pytest
from rich.console import Console

from alerts.incidents.incident import Change, Incident
from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.demo.ending import ending
from alerts.simulation.demo.frame import Addresses, Frame
from alerts.simulation.demo.outcome import Alarm, Outcome
from alerts.simulation.demo.view import View
from alerts.simulation.stories.film_rental import ANNOUNCED, FILM_RENTAL, story
from tests.alerts.simulation.demo.observed import row

NOW = int(ANNOUNCED.timestamp()) + 3600
ADDRESSES = Addresses(
    page="http://127.0.0.1:40001/page", inbox="http://127.0.0.1:40001/", metrics=("http://127.0.0.1:40002/metrics",)
)
CRISIS = Incident(
    id="film-rental-1", brand="film-rental", brand_name=FILM_RENTAL.name, kind="crisis", severity="critical",
    status="open", began_at=NOW - 3540, opened_at=NOW - 3400, paged=True, seen=40, expected=1.0, negative_share=0.9,
    expected_negative_share=0.2, reason=f"{FILM_RENTAL.name}: 40 mentions where about 1 would be expected",
    changes=(Change(type="opened", at=1.0),),
)  # fmt: skip


def frame(**changes) -> Frame:
    series = {brand.id: BinSeries(60) for brand in story().brands}
    for brand, one in series.items():
        for minute in range(240):
            start = NOW - 14_400 + 60 * minute
            loud = brand == "film-rental" and start >= ANNOUNCED.timestamp()
            one.take(row(brand, start, 30 if loud else 1))
    values = {
        "story": story(), "brand": FILM_RENTAL, "series": series, "now": NOW, "doing": "The revolt", "sent": 44_000,
        "rate": 1500.0, "addresses": ADDRESSES,
    }  # fmt: skip
    return Frame(**{**values, **changes})


def drawn(what: object, width: int = 80, height: int = 24) -> list[str]:
    console = Console(width=width, height=height, file=io.StringIO(), record=True, force_terminal=True)
    console.print(what, end="")
    return console.export_text().rstrip("\n").split("\n")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (160, 50)])
@pytest.mark.parametrize("incidents", [(), (CRISIS,)])
def test_it_fits_the_terminal(width, height, incidents):
    lines = drawn(View(frame(incidents=incidents, slack="a message " * 30, page="a page " * 30)), width, height)

    assert len(lines) <= height
    assert max(len(line) for line in lines) <= width


def test_whoever_watches_is_told_what_to_open_once_it_has_rung():
    before, after = "\n".join(drawn(View(frame()))), "\n".join(drawn(View(frame(incidents=(CRISIS,)))))

    assert "Nothing to do yet" in before
    assert f"Your turn   open {ADDRESSES.page}" in after
    assert "rang 16:03 UTC" in after
    assert "Nobody has it yet." in after


def test_the_texts_are_called_simulated_on_every_picture():
    assert "Simulated" in "\n".join(drawn(View(frame())))


def test_a_control_that_paged_is_not_hidden():
    false = Incident(**{f: getattr(CRISIS, f) for f in CRISIS.__struct_fields__} | {"brand": "coast-trains"})

    assert "PAGED, and must not" in "\n".join(drawn(View(frame(incidents=(false,))), 100, 30))


def test_the_ending_says_how_early_it_rang_and_what_was_not_kept():
    found = Outcome(
        mentions=111_500, incidents=2, pages_sent=1, slack_messages=2, acknowledged_by="Ada", lead_time_s=5074.0,
        lost=3, duplicated=0,
    )  # fmt: skip
    alarm = Alarm(
        at=NOW, after_announcement_s=206.0, before_loudest_hour_s=5074.0, before_ninety_percent_s=231_334.0,
        said_before=19, said_in_all=64_000,
    )  # fmt: skip

    told = " ".join(" ".join(drawn(ending(frame(), found, alarm, ["3 mentions were lost"]), 100)).split())

    assert "1.4 hours before its loudest hour" in told
    assert "2.7 days before 90 % of the mentions" in told
    assert "at mention 20 of 64,000" in told
    assert "Not as promised: 3 mentions were lost." in told
