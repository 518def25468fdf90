"""What a post's facets add to its text: whole links in the place of shortened ones, and hashtags. Pure.

Offsets count bytes of the text in UTF-8 (atproto's ``app.bsky.richtext.facet``); the author's client made them, and
they may point anywhere.
"""

from collections.abc import Iterator, Sequence

from streams.sources.bluesky.record import Facet, Span

LONGEST_LINK = 2_000
_MOST = 64
"""Facets read of one post; a text of 300 characters has room for few."""


def with_whole_links(text: str, facets: Sequence[Facet]) -> tuple[str, list[str]]:
    """Write out the links that the author's client shortened; return the others that the text does not show.

    Examples
    --------
    >>> from streams.sources.bluesky.record import Feature
    >>> link = Facet(Span(6, 23), [Feature(uri="https://example.com/news/42")])
    >>> with_whole_links("Née: example.com/ne…", [link])
    ('Née: https://example.com/news/42', [])
    """
    encoded = text.encode()
    shortened: list[tuple[Span, str]] = []
    elsewhere: list[str] = []
    for span, uri in _links(facets):
        shown = _shown(encoded, span)
        if shown is not None and _shortens(shown, uri):
            shortened.append((span, uri))
        elif uri not in text and uri not in elsewhere:
            elsewhere.append(uri)
    end = len(encoded)
    for span, uri in sorted(shortened, key=lambda one: one[0].byte_start, reverse=True):
        if span.byte_end > end:  # two links over each other
            elsewhere.append(uri)
            continue
        encoded = encoded[: span.byte_start] + uri.encode() + encoded[span.byte_end :]
        end = span.byte_start
    return encoded.decode(), elsewhere


def hashtags(facets: Sequence[Facet]) -> Iterator[str]:
    """Yield the hashtags that are facets."""
    for facet in facets[:_MOST]:
        for feature in facet.features or ():
            if feature.tag:
                yield feature.tag


def _links(facets: Sequence[Facet]) -> Iterator[tuple[Span, str]]:
    for facet in facets[:_MOST]:
        for feature in facet.features or ():
            if feature.uri and len(feature.uri) <= LONGEST_LINK:
                yield facet.index, feature.uri


def _shown(encoded: bytes, span: Span) -> str | None:
    """Return the text below a facet; ``None`` where its offsets lie outside, or inside a character."""
    if not 0 <= span.byte_start < span.byte_end <= len(encoded):
        return None
    try:
        encoded[: span.byte_start].decode()
        return encoded[span.byte_start : span.byte_end].decode()
    except UnicodeDecodeError:
        return None


def _shortens(shown: str, uri: str) -> bool:
    kept = shown.rstrip(".…")
    bare = uri.partition("://")[2].removeprefix("www.")
    return len(kept) > 3 and kept != uri and (bare.startswith(kept.removeprefix("www.")) or uri.startswith(kept))
