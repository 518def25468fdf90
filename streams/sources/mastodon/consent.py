"""Which posts are left out, because their authors or their server ask for it. Pure."""

import re

from streams.sources.mastodon.status import Account, Status

NOT_INDEXABLE = "not_indexable"
REASONS = ("boost", "not_public", "suspended", "limited", "noindex", "nobot", NOT_INDEXABLE)
"""Why a post is left out, as the metric names it."""
_MARKUP = re.compile(r"<[^<>]*>")
_NOBOT = re.compile(r"[#＃]no(?:bots?|index)\b", re.IGNORECASE)


def left_out(status: Status, *, respect_indexable: bool) -> str:
    """Return why a post is left out, empty where it is not.

    A flag that the server does not tell counts as not set: ``indexable`` is known from Mastodon 4.3 on, ``noindex``
    for the server's own users alone.

    Parameters
    ----------
    respect_indexable
        Whether an author who has not agreed to be found by search is left out.
    """
    if status.reblog is not None:
        return "boost"
    if status.visibility != "public":
        return "not_public"
    return left_out_account(status.account, respect_indexable=respect_indexable)


def left_out_account(account: Account, *, respect_indexable: bool) -> str:
    """Return why all posts of an account are left out, empty where they are not; parameters as in ``left_out``."""
    holds = {
        "suspended": account.suspended,
        "limited": account.limited,
        "noindex": account.noindex,
        "nobot": _says_nobot(account),
        NOT_INDEXABLE: respect_indexable and account.indexable is False,
    }
    return next((reason for reason in REASONS if holds.get(reason)), "")


def _says_nobot(account: Account) -> bool:
    """Whether a profile has the hashtag by which people ask programs to leave them alone."""
    said = [account.display_name, account.note]
    for line in account.fields or ():
        said += [line.name, line.value]
    return any(_NOBOT.search(_MARKUP.sub("", text)) for text in said if text)
