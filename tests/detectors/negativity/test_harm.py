"""Harm to whom a text names, told without a word of feeling."""

import re

import pytest

from detectors.bench import harm_texts
from detectors.bench.harm import figures
from detectors.negativity.harm.gate import may_report
from detectors.negativity.harm.harm import HARMFUL, REQUEST, events_of, harm_of
from detectors.negativity.model import load_scorer
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise


def harm(text: str, brand: str = "") -> float:
    return harm_of(text, [found.span() for found in re.finditer(re.escape(brand), text)] if brand else ())


@pytest.mark.parametrize(
    "text",
    [
        "Acme suspends rollout",
        "lawsuit filed against Acme",
        "arsenic found in Acme's baby food",
        "police raid Acme",
        "Acme lays off 10,000",
        "outage enters second day",
        "Delete #Acme",
        "please cancel your Acme subscription",
    ],
)
def test_a_plain_headline_and_a_request_report_harm(text):
    assert harm(text) >= HARMFUL


@pytest.mark.parametrize(
    "text",
    [
        "No evidence of breach at Acme",
        "Acme cleared of fraud",
        "Acme wins lawsuit",
        "Acme recall ends",
        "Acme denies fraud allegations",
        "Acme service restored after outage",
        "lawsuit-proof contracts from Acme",
        "new boss raid in Acme tonight",
        "Acme crush Rovers 5-0",
        "RIP to the founder of Acme, who died at 91",
        "cancel your plans, Acme is in town",
    ],
)
def test_what_is_taken_back_or_only_sounds_so_reports_none(text):
    assert harm(text) < HARMFUL


@pytest.mark.parametrize(
    ("text", "teller", "harmed"),
    [
        ("The Courier reports on lawsuit against Voltra", "Courier", "Voltra"),
        ("Contoso Law sues Voltra over airbag deaths", "Contoso Law", "Voltra"),
        ("Voltra accused of fraud, according to Contoso", "Contoso", "Voltra"),
        ("Northside Police raid Voltra offices", "Northside Police", "Voltra"),
    ],
)
def test_who_reports_or_acts_is_not_the_one_harmed(text, teller, harmed):
    assert harm(text, teller) < HARMFUL <= harm(text, harmed)


@pytest.mark.parametrize(
    "text",
    [
        "Northside Hospital suspends surgery",
        "Northside: two dead in ward fire",
        "Backlash as Northside sues nurses",
        "Northside warns of heavy losses after data breach at Northside",
        "Northside staff sue over unpaid wages",
    ],
)
def test_what_befalls_the_brand_is_its_own_whoever_tells_it(text):
    assert harm(text, "Northside") >= HARMFUL


def test_the_events_that_made_it_are_told():
    assert [event.words for event in events_of("Acme recalls 10 vans. Boycott Acme")] == [REQUEST, "recalls", "boycott"]


def test_no_text_is_too_odd():
    for text in ("", "\n\n", "§", "#" * 5000, "recall " * 3000, "e. coli - | §§ ?!", "\ud800 boycott"):
        assert 0.0 <= harm_of(text) <= 1.0
        assert 0.0 <= harm_of(text, [(0, len(text))]) <= 1.0


def test_a_text_is_worth_reading_by_itself_alone():
    texts = ["police raid Acme", "lovely day", "#boycottacme", "shares of Acme plunge", "two teas. the water is lovely"]

    assert may_report(texts, tokenise([encode(text) for text in texts])).tolist() == [True, False, True, True, False]


def test_the_scorer_names_the_english_texts_worth_reading_and_scores_them_as_ever():
    texts = ["police raid Acme", "what a lovely team", "la police perquisitionne Acme, recall lawsuit"]
    read = load_scorer().read(texts, ["en", "en", "fr"])

    assert read.may_report_harm == {0}


def test_most_headlines_are_found_and_few_others():
    found = [sum(numbers) for numbers in zip(*figures(harm_texts.UNSEEN_REPORTED).values(), strict=True)]
    falsely = [sum(numbers) for numbers in zip(*figures(harm_texts.UNSEEN_UNHARMED).values(), strict=True)]

    assert found[1] >= 0.7 * found[0]
    assert falsely[1] <= 0.08 * falsely[0]


@pytest.mark.parametrize(
    "text",
    [
        "Morning briefing: Contoso sued over fees. Northside opens a second store. Police raid Fabrikam.",
        "Police raid Fabrikam in Milan | Northside names a finance chief | Globex lays off 900 workers",
        "Markets: Contoso cuts 300 jobs; Northside publishes its results; Fabrikam sued over fees",
    ],
)
def test_a_list_of_headlines_tells_no_harm_of_one_whose_own_line_tells_none(text):
    assert harm(text, "Northside") < HARMFUL <= harm(text)


def test_a_line_of_a_list_that_names_it_is_its_own():
    assert harm("Contoso opens a store | Northside sued over fees | Police raid Fabrikam", "Northside") >= HARMFUL


def test_what_the_sentence_beside_its_name_tells_is_its_own():
    assert harm("Police raid headquarters in Leeds. Northside says that it cooperates", "Northside") >= HARMFUL
