"""Whatever a suite puts into a field, reading it raises nothing but that there is no moment."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import BadMentionError
from streams.sources.suites import fields

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "id", "name", "x"]), inner),
    max_leaves=8,
)


@given(document=ANYTHING)
def test_any_document_can_be_asked_for_any_field(document):
    assert isinstance(fields.text(document, "a.name", "x"), str)
    assert isinstance(fields.plain(document, "a.name", "x"), str)
    assert fields.count(document, "a", "a.x") >= 0
    assert all(isinstance(text, str) for text in fields.texts(document, "a", "x"))
    with contextlib.suppress(BadMentionError):
        assert fields.moment(document, "a", "x").tzinfo is not None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2021-08-09T16:04:59.9506137Z", "2021-08-09T16:04:59.950613+00:00"),
        ("2024-01-01T14:30:45.000Z", "2024-01-01T14:30:45+00:00"),
        ("2019-01-16T23:56:28.157+0000", "2019-01-16T23:56:28.157000+00:00"),
        ("2024-01-01T14:30:45", "2024-01-01T14:30:45+00:00"),
        (1647500401, "2022-03-17T07:00:01+00:00"),
    ],
)
def test_a_moment_is_read_in_every_form_that_suites_write(written, moment):
    assert fields.moment({"at": written}, "at").isoformat() == moment
