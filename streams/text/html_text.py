"""What a piece of HTML says, as plain text."""

import html
import re
from html.parser import HTMLParser

_DROPPED = frozenset({"script", "style"})
"""Whose content is said to nobody. What is within them is no markup, so that they end where they end in a browser."""
_PARAGRAPHS = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "dl", "table", "hr"})
_LINES = frozenset(
    {
        "address", "article", "aside", "caption", "dd", "details", "div", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "header", "legend", "li", "main", "nav", "option", "section", "summary", "tr",
    }
)  # fmt: skip
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[^\S\n]+")
_WHITE = re.compile(r"\s+")
_AROUND_BREAKS = re.compile(r" *\n *")
_MANY_BREAKS = re.compile(r"\n{3,}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TAG = re.compile(r"<(?:[A-Za-z/!?])")
_ESCAPED = re.compile(
    r"(?:<|&lt;)(?:/(?:p|div|a|b|i|em|strong|span|li|ul|ol|h[1-6]|blockquote|td|tr|table)|(?:br|p|div)\s*/?)(?:>|&gt;)"
)
_ESCAPES = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNFINISHED = re.compile(r"<[A-Za-z/!?][^<>]*\Z")
_LINE, _PARAGRAPH = "\x01", "\x02"
"""Where a block begins or ends; no text has these after its control characters were taken out."""
_BREAKS = re.compile(f"[ \n{_LINE}{_PARAGRAPH}]*[{_LINE}{_PARAGRAPH}][ \n{_LINE}{_PARAGRAPH}]*")
_DEEPEST = 2
"""So often what was escaped once too many is read again; who escapes more often than that means it."""


def text_of_html(source: str) -> str:
    r"""Return what a reader of the HTML sees: blocks on lines of their own, white space as a browser has it.

    Markup that was escaped once too often, as many feeds have it, is read as markup; so is a text without any tag,
    whose own line breaks stay. Of a picture stays what it stands for where that is a sign and no words (emoji).

    Parameters
    ----------
    source
        Whole, or a part that may break off anywhere.

    Examples
    --------
    >>> text_of_html("<p>It <b>failed</b>&nbsp;again.</p><p>Twice<br>today.</p><script>track()</script>")
    'It failed again.\n\nTwice\ntoday.'
    >>> text_of_html("&lt;p&gt;Tom &amp;amp; Ann&lt;/p&gt;")
    'Tom & Ann'
    >>> text_of_html("I <3 this, 5 < 6 & so on")
    'I <3 this, 5 < 6 & so on'
    """
    for _ in range(_DEEPEST):
        has_tags = _TAG.search(source) is not None
        text = _read(source) if has_tags else tidied(html.unescape(source))
        if has_tags or not _ESCAPED.search(text):
            return text
        source = text
    return _read(source)


def text_of_title(source: str, *, is_html: bool) -> str:
    """Return a title on one line.

    Parameters
    ----------
    source
        As it stands in the feed.
    is_html
        Whether it is markup; if not, only double escapes are undone.

    Examples
    --------
    >>> text_of_title("Tom &#38; Ann <i>sue</i>", is_html=True)
    'Tom & Ann sue'
    >>> text_of_title("Why <b> is old &amp; bad", is_html=False)
    'Why <b> is old & bad'
    """
    text = text_of_html(source) if is_html else html.unescape(source) if _ESCAPES.search(source) else source
    return _WHITE.sub(" ", _CONTROLS.sub("", text)).strip()


def tidied(text: str) -> str:
    r"""Return a text without control characters and idle white space; its lines stay.

    Examples
    --------
    >>> tidied(" a\r\n\n\n\nb\x00 \t c ")
    'a\n\nb c'
    """
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", text))).strip()


def _read(source: str) -> str:
    reader = _Reader()
    reader.feed(_UNFINISHED.sub("", source))
    reader.close()
    return tidied(_BREAKS.sub(_as_lines, "".join(reader.pieces)))


def _as_lines(found: re.Match[str]) -> str:
    """Return the line breaks for a run of ends and beginnings of blocks, which are one and the same place."""
    return "\n\n" if _PARAGRAPH in found[0] or found[0].count("\n") > 1 else "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._dropped = ""
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped = tag
        elif tag == "img":
            self._picture(dict(attrs).get("alt") or "")
        else:
            self._preformatted += tag == "pre"
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._dropped:
            self._dropped = ""
        elif tag != "br":
            self._preformatted = max(0, self._preformatted - (tag == "pre"))
            self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            text = _CONTROLS.sub("", data)
            self.pieces.append(text if self._preformatted else _WHITE.sub(" ", text))

    def unknown_decl(self, data: str) -> None:
        """Keep what a CDATA section says that was escaped into HTML, as some publishers do."""
        if data.startswith("CDATA[") and not self._dropped:
            self.handle_data(data.removeprefix("CDATA["))

    def _break(self, tag: str) -> None:
        if tag == "br":
            self.pieces.append("\n")
        elif tag in _PARAGRAPHS:
            self.pieces.append(_PARAGRAPH)
        elif tag in _LINES:
            self.pieces.append(_LINE)
        elif tag in _CELLS:
            self.pieces.append(" ")

    def _picture(self, stands_for: str) -> None:
        if not any(character.isalnum() for character in stands_for):
            self.pieces.append(stands_for)
