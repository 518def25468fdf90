"""Whom a text is angry with: each party's part of it, the cues of direction, and what they make of its score."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.bench.aspect import aspect_texts, measure_aspect
from detectors.negativity.aspect import Place, read, settle

ONE = st.floats(0.0, 1.0)


def evidence(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Read a text in which ``@a`` is party 0 and ``@b`` party 1."""
    places = [Place(found.start(), found.end(), "ab".index(found[1])) for found in re.finditer(r"@([ab])\b", text)]
    aspects = read(text, places, 2)
    return aspects.parts, aspects.cues


@pytest.mark.parametrize(
    ("text", "of_a", "of_b"),
    [
        ("Finally @a fixed what @b broke", "Finally @a fixed", "what @b broke"),
        ("@a was kind. @b hung up on me.", "@a was kind.", "@b hung up on me."),
        ("@a was kind but @b hung up on me", "@a was kind", "but @b hung up on me"),
        ("What a day. @b cancelled, @a did not.", ", @a did not.", "@b cancelled"),
        ("Shame on @a and @b", "Shame on @a and @b", "Shame on @a and @b"),
        ("Five hours at @a, nobody came. cc @b", "Five hours at @a, nobody came.", "cc @b"),
    ],
)
def test_each_party_has_the_part_of_the_text_that_stands_nearest_to_its_name(text, of_a, of_b):
    assert evidence(text)[0] == (of_a, of_b)


def test_a_text_that_begins_with_a_name_speaks_to_it_all_along():
    text = "@a my sister @b waits at your gate and nobody comes"

    assert evidence(text)[0][0] == text


def test_a_name_at_the_head_that_does_something_is_spoken_of_and_not_to():
    assert evidence("@a cancelled. @b got us home")[0] == ("@a cancelled.", "@b got us home")


def test_whom_a_text_speaks_to_is_not_charged_with_what_it_blames_on_another():
    parts, cues = evidence("@a my bag is late because of @b and its shoddy work")

    assert "shoddy" not in parts[0]
    assert cues == (0.0, 1.0)


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("@a is worse than @b", (1, -1)),
        ("@a is better than @b", (-1, 1)),
        ("switched from @a to @b", (1, -1)),
        ("unlike @a, @b answers", (1, -1)),
        ("thanks to the staff at @a, @b is closed", (-1, 0)),
        ("it is not @a's fault", (0, 0)),
        ("@a and @b meet on Monday", (0, 0)),
    ],
)
def test_words_of_direction_tell_who_is_blamed(text, cues):
    assert evidence(text)[1] == cues


@given(ONE, st.lists(st.tuples(ONE, st.sampled_from((-1.0, 0.0, 1.0))), min_size=1, max_size=5))
def test_nobody_gets_more_than_the_whole_text_and_somebody_gets_all_of_it(whole, parties):
    settled = settle(whole, [part for part, _ in parties], [cue for _, cue in parties])

    assert max(settled) == whole
    assert min(settled) >= 0.0


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    text = f"@a {text} @b"

    parts, cues = evidence(text)

    assert len(parts) == len(cues) == 2


@pytest.mark.parametrize("written_as", ["handles", "names"])
def test_sixty_texts_judge_it_and_no_text_is_in_both_halves(written_as):
    build, judge = aspect_texts("build", written_as), aspect_texts("judge", written_as)

    assert len(build) + len(judge) >= 60
    assert not {each.text for each in build} & {each.text for each in judge}
    assert all(len({place.party for place in each.places}) == 2 for each in build + judge)


def test_on_texts_never_looked_at_fewer_are_wronged_and_most_of_the_blamed_are_still_found():
    rows = {(row.half, row.written_as, row.scored): row for row in measure_aspect()}

    for written_as in ("handles", "names"):
        whole, each = rows["judge", written_as, "the whole text"], rows["judge", written_as, "each party"]
        assert each.average_precision > whole.average_precision + 0.05
        assert each.wronged < 0.75 * whole.wronged
        assert each.found > 0.8 * whole.found
