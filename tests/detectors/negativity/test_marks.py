"""Officers' marks: bounded, of no order, revocable, and without a text."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.negativity.marks import BOUND, LEVEL, MARKS_KEPT, BrandMarks, Mark, mark_of

TEXTS = ["the kettle exploded", "a quiet day", ""]
MADE = st.tuples(st.sampled_from("abcd"), st.sampled_from(["kettle on fire", "quiet here", "kettle"]), st.booleans())


def marked(*made: tuple[str, str, bool]) -> BrandMarks:
    marks = BrandMarks()
    for post, text, negative in made:
        marks.take(post, mark_of(text, 0.3, negative=negative))
    return marks


def scores(marks: BrandMarks) -> list[float]:
    return [float(score) for score in marks.corrected([0.3] * 3, TEXTS)]


def test_without_marks_nothing_is_changed():
    assert scores(marked()) == [0.3, 0.3, 0.3]


def test_a_mark_teaches_its_words_and_no_others():
    first, second, third = scores(marked(("p1", "kettle on fire", True), ("p2", "quiet here", False)))

    assert first > 0.3 > second
    assert third == 0.3


def test_what_the_score_had_right_teaches_less_than_what_it_had_wrong():
    surprised, confirmed = BrandMarks(), BrandMarks()
    surprised.take("p", mark_of("kettle", 0.1, negative=True))
    confirmed.take("p", mark_of("kettle", 0.9, negative=True))

    assert scores(surprised)[0] > scores(confirmed)[0] > 0.3


@settings(deadline=None)
@given(st.lists(MADE, max_size=12), st.sampled_from("abcd"))
def test_a_mark_taken_back_was_never_made(made, post):
    marks = marked(*made)

    marks.take(post, None)

    assert scores(marks) == pytest.approx(scores(marked(*[one for one in made if one[0] != post])), abs=1e-12)


@settings(deadline=None)
@given(st.lists(MADE, max_size=12, unique_by=lambda one: one[0]), st.randoms(use_true_random=False))
def test_the_order_of_marks_does_not_matter(made, random):
    shuffled = list(made)
    random.shuffle(shuffled)

    assert scores(marked(*made)) == scores(marked(*shuffled))


def test_a_second_mark_on_a_post_replaces_the_first():
    changed = marked(("p1", "kettle on fire", True), ("p1", "kettle on fire", False))

    assert len(changed) == 1
    assert scores(changed) == scores(marked(("p1", "kettle on fire", False)))


def test_the_newest_marks_are_kept_and_no_more():
    marks = marked(*[(str(number), "kettle", True) for number in range(MARKS_KEPT + 3)])

    assert len(marks) == MARKS_KEPT


def test_what_is_not_scored_stays_so():
    assert math.isnan(marked(("p1", "kettle", True)).corrected([math.nan], ["kettle"])[0])


def test_a_mark_holds_no_word_of_its_text_and_thousands_of_words_share_each_number():
    stored = msgspec.json.encode(mark_of("nobody answered the telephone in Leytonstone", 0.4, negative=True)).decode()

    assert not any(word in stored.lower() for word in ("nobody", "answered", "telephone", "leytonstone"))
    assert max(mark_of("nobody answered", 0.4, negative=True).words) < 2**18


def test_numbers_that_are_not_ours_teach_nothing():
    marks = BrandMarks()

    marks.take("p", Mark(words=(-1, 2**18, 2**40), shown=0.1, negative=True))

    assert scores(marks) == [0.3, 0.3, 0.3]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.floats(0.0, 1.0)), max_size=60))
def test_no_marks_move_a_score_beyond_the_bound(made):
    marks = BrandMarks()
    for number, (word, negative, shown) in enumerate(made):
        marks.take(str(number), mark_of(word * 3, shown, negative=negative))

    chance = marks.corrected([0.3] * 4, ["aaa", "bbb", "ccc", "ddd"])

    shift = np.log(chance / (1 - chance)) - math.log(0.3 / 0.7)
    assert (np.abs(shift) <= BOUND + 1e-9).all()


def test_marks_in_one_direction_count_as_no_more_than_a_few():
    def shift(count: int) -> float:
        marks = BrandMarks()
        for number in range(count):
            marks.take(str(number), mark_of("the desk", 0.02, negative=False))
        chance = float(marks.corrected([0.5], ["the desk"])[0])
        return math.log(chance / (1.0 - chance))

    assert 0 > shift(1) > shift(10) > shift(400) > (LEVEL + 1) * shift(1)
