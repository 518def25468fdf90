"""What is to be erased."""

from typing import Literal

from msgspec import Struct

from alerts.errors import AlertsError


class Request(Struct, frozen=True, kw_only=True):
    """A post by its id, or all posts of an author by the author's.

    Parameters
    ----------
    kind, id
        Exactly as the mentions have it.
    source
        Of the author, where two sources have authors of that id; empty for any.
    """

    kind: Literal["post", "author"]
    id: str
    source: str = ""


def requested(post: str, author: str, source: str) -> Request:
    """Return what the command line asks for.

    Raises
    ------
    AlertsError
        Where it is not exactly one thing, or no text.
    """
    if bool(post) == bool(author):
        raise AlertsError("name what is to be erased: one post (--post ID) or one author (--author ID)")
    if source and post:
        raise AlertsError("--source tells authors apart; the id of a post is enough by itself")
    wanted = post or author
    try:
        f"{wanted}{source}".encode()
    except UnicodeEncodeError as error:
        raise AlertsError("the id is not valid UTF-8; set the terminal's encoding to UTF-8") from error
    return Request(kind="post" if post else "author", id=wanted, source=source)
