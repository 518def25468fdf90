"""Officers' marks: bounded, visible, revocable, and of one brand alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.negativity.marks import Mark, MarkedScorer


class Undecided:
    """A scorer that knows nothing."""

    name = "undecided"

    def score(self, texts, languages=()):
        return np.array(
            [np.nan if languages and languages[place] == "de" else 0.3 for place in range(len(texts))], dtype=np.float32
        )

    def explain(self, text, limit=5):
        return [(text, 1.0)][:limit]


def marked(*marks: tuple[str, str, bool]) -> MarkedScorer:
    scorer = MarkedScorer(Undecided())
    for post, text, negative in marks:
        scorer.mark(Mark(post=post, text=text, negative=negative))
    return scorer


def scores(scorer: MarkedScorer) -> list[float]:
    return [float(score) for score in scorer.score(["the kettle exploded", "a quiet day", ""])]


def test_without_marks_nothing_is_changed():
    assert scores(marked()) == pytest.approx([0.3, 0.3, 0.3])


def test_a_mark_teaches_its_words_and_no_others():
    scorer = marked(("p1", "kettle on fire", True), ("p2", "quiet here", False))

    first, second, third = scores(scorer)

    assert first > 0.3 > second
    assert third == pytest.approx(0.3)


def test_a_revoked_mark_was_never_made():
    with_one = marked(("p1", "kettle on fire", True), ("p2", "quiet here", False))

    with_one.revoke("p1")

    assert scores(with_one) == scores(marked(("p2", "quiet here", False)))


def test_a_second_mark_on_a_post_replaces_the_first():
    changed = marked(("p1", "kettle on fire", True), ("p1", "kettle on fire", False))

    assert [mark.negative for mark in changed.marks] == [False]
    assert scores(changed) == scores(marked(("p1", "kettle on fire", False)))


def test_an_unknown_mark_can_be_revoked_in_vain():
    scorer = marked(("p1", "kettle", True))

    scorer.revoke("p9")

    assert len(scorer.marks) == 1


def test_what_was_learned_can_be_seen():
    learned = dict(marked(("p1", "kettle", True), ("p2", "quiet", False)).learned())

    assert learned["kettle"] > 0 > learned["quiet"]


def test_a_language_that_is_not_scored_stays_unscored():
    assert np.isnan(marked(("p1", "kessel", True)).score(["kessel"], ["de"])[0])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=60), st.floats(0.0, 3.0))
def test_no_marks_move_a_score_beyond_the_bound(made, bound):
    scorer = MarkedScorer(Undecided(), bound=bound)
    for number, (word, negative) in enumerate(made):
        scorer.mark(Mark(post=str(number), text=word * 3, negative=negative))

    chance = scorer.score(["aaa", "bbb", "ccc", "ddd"]).astype(float)

    shift = np.log(chance / (1 - chance)) - np.log(0.3 / 0.7)
    assert (np.abs(shift) <= bound + 1e-5).all()
