"""The terms of a post that can be compared with ordinary talk: phrases, hashtags, links."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from detectors.post import Post
from detectors.same_text import NAME, URL, WORD

_HASHTAG = re.compile(r"#(\w{2,60})")
_CLAUSE = re.compile(r"[.!?;:,()\[\]{}\"“”«»\n\r\t|…]+|\s[–—-]\s")
_OPERATORS = frozenset({"and", "or", "not"})
_FIELD = re.compile(r"\b(?:source|language|author|url):\S+", re.IGNORECASE)

LONGEST_PHRASE = 4
LONGEST_WORD = 40
WORDS_READ = 80
"""Words of one post that are read; a post is cut to 500 characters before, so few reach it."""
_REMEMBERED = 512
"""An outbreak is explained again with each verdict, from mostly the same 80 posts; about 3 MB."""

# Function words alone, of the languages most met. What is common in a brand's talk besides is learned.
STOP_WORDS = frozenset(
    """
    a about after again all already also am an and any are aren't as at be because been before being but by can can't
    could couldn't did didn't do does doesn't doing don't down even ever every for from get gets getting go goes going
    got had hadn't has hasn't have haven't having he her here hers him his how i i'd i'll i'm i've if im in into is
    isn't it it's its just know let like me more most much my myself new no nor not now of off oh ok on one only or
    other our out over own please quite really said same say says see she should so some still such than that that's
    the their them then there there's these they they're thing things think this those though to today too u under
    until up us very via want was wasn't way we we're well were weren't what what's when where which while who whole
    whom why will with won't would wouldn't yeah yes yet you you're you've your yours rt amp
    der das den dem des ein eine einen einem einer und oder aber nicht ist sind ich du er sie es wir ihr mit
    von zu im am auf für bei nach aus wie auch noch nur schon so dass wenn
    le la les un une des et ou mais pas est sont je tu il elle nous vous ils elles de du au aux en dans pour par sur
    avec ce cette ces que qui ne se plus
    el los las una y o pero no es son yo tú ella nosotros en del al por para con se su sus lo que como más muy
    het een en van ik je niet dat te voor met op zijn
    il lo gli uno e di da che non sono per con su del della
    os as um uma e ou mas não do da dos das em no na por para com que
    """.split()  # noqa: SIM905 – a list that people edit
)


class Terms(NamedTuple):
    """What one post says, cut to comparable terms; each once, however often it was said."""

    phrases: frozenset[str]
    hashtags: frozenset[str]
    links: frozenset[str]


def own_words(*texts: str) -> frozenset[str]:
    """Return the words that the brand is found by: those of its query and its name.

    They tell nothing about an outbreak, because every mention holds one of them.

    Examples
    --------
    >>> sorted(own_words('"northside hospital" OR #northside NOT source:rss', "Northside Trust"))
    ['hospital', 'northside', 'trust']
    """
    words = {
        word for text in texts for word in WORD.findall(_FIELD.sub(" ", text).casefold()) if len(word) <= LONGEST_WORD
    }
    return frozenset(words - _OPERATORS)


def terms_of(post: Post, own: frozenset[str] = frozenset()) -> Terms:
    """Return the phrases of one to four words, the hashtags and the links of a post.

    A phrase stays within a clause, and neither begins nor ends with a stop word or with one of the brand's
    ``own`` words. A link is given twice, as its site and as its page, without the query string.

    Examples
    --------
    >>> terms = terms_of(Post(id="1", published=0, content="Car park charges, again! #shame https://bbc.co.uk/n/1?x=2"))
    >>> sorted(terms.phrases)
    ['car', 'car park', 'car park charges', 'charges', 'park', 'park charges']
    >>> sorted(terms.hashtags), sorted(terms.links)
    (['shame'], ['bbc.co.uk', 'bbc.co.uk/n/1'])
    """
    return _terms(post.content, post.tags, own)


@lru_cache(_REMEMBERED)
def _terms(content: str, tags: tuple[str, ...], own: frozenset[str]) -> Terms:
    links: set[str] = set()
    hashtags = {tag.casefold().lstrip("#")[:60] for tag in tags}
    if "://" in content or "www." in content.lower():
        for found in URL.findall(content):
            links.update(_link_terms(found))
        content = URL.sub(" . ", content)
    if "#" in content:
        hashtags.update(tag.casefold() for tag in _HASHTAG.findall(content))
        content = _HASHTAG.sub(" . ", content)
    if "@" in content:
        content = NAME.sub(" . ", content)
    hashtags.discard("")
    return Terms(_phrases(content.casefold().replace("’", "'"), own), frozenset(hashtags), frozenset(links))


def _link_terms(found: str) -> Iterable[str]:
    page = found.split("?", 1)[0].split("#", 1)[0].rstrip("/.,;:!)]}'\"…").casefold()
    site, _, path = page.partition("/")
    site = site.removeprefix("www.")
    if "." not in site:
        return ()
    return (site, f"{site}/{path}"[:120]) if path else (site,)


def _phrases(folded: str, own: frozenset[str]) -> frozenset[str]:
    phrases: set[str] = set()
    left = WORDS_READ
    for clause in _CLAUSE.split(folded):
        words = WORD.findall(clause)[:left]
        left -= len(words)
        open_ended = [word not in STOP_WORDS and word not in own and len(word) <= LONGEST_WORD for word in words]
        for first, word in enumerate(words):
            if not open_ended[first]:
                continue
            if len(word) > 2 and not word.isdigit():
                phrases.add(word)
            for last in range(first + 1, min(first + LONGEST_PHRASE, len(words))):
                if open_ended[last]:
                    phrases.add(" ".join(words[first : last + 1]))
    return frozenset(phrases)
