"""Meltwater: the export of Explore and Monitor, UTF-16 with tabs.

Seen in: the public tweets ``TweetDataset_AntiBrexit_Jan-Mar2022.csv`` and ``…_ProBrexit_…`` (Harvard Dataverse), whose
header is ``Date, Headline, URL, Opening Text, Hit Sentence, Source, Influencer, …``; in tests of readers published on
GitHub, with rows such as ``06-Feb-2026 03:03PM`` and a language in words; and, for the newer form with date and time in
two columns, as the whole list of its columns in a reader published there. Of that one no row was seen: how it writes
its dates is not confirmed. Neither tells of which post another is a repost, but for ``RT @name`` at the beginning.
"""

from streams.connectors.presets.preset import Preset

MELTWATER = Preset(
    suite="meltwater",
    known_by=(frozenset({"Hit Sentence"}), frozenset({"Influencer"}), frozenset({"Headline"})),
    columns={
        "id": ("Document ID", "URL"),
        "published": ("Date",),
        "content": ("Hit Sentence", "Opening Text", "Headline"),
        "name": ("Headline",),
        "url": ("URL",),
        "source": ("Source",),
        "language": ("Language",),
        "author.id": ("Influencer",),
        "author.name": ("Twitter Screen Name", "Influencer"),
        "author.url": ("User Profile Url", "Twitter User Profile Url"),
        "author.followers": ("Twitter Followers", "Reach"),
        "tags": ("Hashtags",),
        "likes": ("Likes", "Reactions"),
        "replies": ("Replies", "Comments"),
        "reposts": ("Retweets", "Shares"),
        "views": ("Views", "Estimated Views"),
    },
)

MELTWATER_IN_TWO = Preset(
    suite="meltwater",
    known_by=(
        frozenset({"Hit Sentence"}),
        frozenset({"Author Handle", "Author Name"}),
        frozenset({"Source Name", "Source Type"}),
        frozenset({"Time"}),
    ),
    columns={
        "id": ("Document ID", "URL"),
        "published": ("Date+Time",),
        "content": ("Hit Sentence", "Opening Text", "Title"),
        "name": ("Title",),
        "url": ("URL",),
        "source": ("Source Name", "Source Domain"),
        "language": ("Language",),
        "author.id": ("Author Handle", "Author Name"),
        "author.name": ("Author Name", "Author Handle"),
        "author.followers": ("Reach",),
        "tags": ("Hashtags",),
        "likes": ("Likes", "Reactions"),
        "replies": ("Replies", "Comments"),
        "reposts": ("Reposts", "Shares"),
        "views": ("Views", "Estimated Views"),
    },
)
