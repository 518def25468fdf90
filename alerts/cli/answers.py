"""Answers of yes or no to matches of a query: from a file, from a terminal, or both."""

from collections.abc import Callable, Iterable
from pathlib import Path

from alerts.errors import AlertsError
from streams.mention import Mention

_WORDS = {"y": True, "yes": True, "n": False, "no": False}
_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def written_id(mention_id: str) -> str:
    r"""Return an id as it stands in a file of answers: on one line, without tabs.

    Examples
    --------
    >>> written_id("a\tb")
    'a\\tb'
    """
    return "".join(_ESCAPED.get(sign, sign) for sign in mention_id)


def read_answers(path: Path) -> dict[str, bool]:
    """Read a file of answers: an id as ``written_id`` has it, a tab, ``y`` or ``n``; the last answer to an id counts.

    Raises
    ------
    AlertsError
        Where it cannot be read, or a line is no answer; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AlertsError(f"{path}: cannot read the answers: {why}") from error
    answers: dict[str, bool] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        mention_id, tab, word = line.rstrip("\r").rpartition("\t")
        if not tab or word.strip().lower() not in _WORDS:
            raise AlertsError(f"{path}:{number}: no answer; write the id of a mention, a tab, and y or n")
        answers[mention_id] = _WORDS[word.strip().lower()]
    return answers


def ask(
    mentions: Iterable[Mention],
    show: Callable[[Mention], None],
    read_line: Callable[[], str],
    keep: Callable[[str, bool], None],
) -> None:
    """Ask of each mention whether it is meant, until there are no more or the person has had enough.

    Parameters
    ----------
    show
        Shows a mention, and what may be answered.
    read_line
        Returns what the person typed; ``""`` where there is nothing more to come.
    keep
        Given the id and the answer to it.
    """
    for mention in mentions:
        while True:
            show(mention)
            typed = read_line()
            word = typed.strip().lower()
            if not typed or word in {"q", "quit"}:
                return
            if word in _WORDS:
                keep(written_id(mention.id), _WORDS[word])
                break
            if word in {"s", "skip"}:
                break


def appended(path: Path | None) -> Callable[[str, bool], None]:
    """Return what writes each answer to a file as soon as it is given; nothing where there is none.

    Raises
    ------
    AlertsError
        Where the file cannot be written.
    """

    def keep(mention_id: str, is_yes: bool) -> None:  # noqa: FBT001 - an answer is a yes or a no
        if path is None:
            return
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{mention_id}\t{'y' if is_yes else 'n'}\n")
        except OSError as error:
            raise AlertsError(f"{path}: cannot write the answers: {error.strerror}") from error

    return keep
