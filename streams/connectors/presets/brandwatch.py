"""Brandwatch Consumer Research: *Bulk Mentions Download*, as CSV or workbook, with rows of labels before the header.

Seen in: ``importa.R`` of github.com/davidmaciel/brandwatcher (six rows before the header, ``Url``, ``Twitter Reply
to``, ``Twitter Retweet of``), and in readers of such files published on GitHub, which list the whole header with
``Query Id, Query Name, Date, …`` and, since the network's new name, ``X Repost of`` and the like. What the fields mean:
developers.brandwatch.com/docs/mention-metadata-field-definitions. ``Page Type`` is where a mention is from.
"""

from streams.connectors.presets.preset import Preset

BRANDWATCH = Preset(
    suite="brandwatch",
    known_by=(
        frozenset({"Query Name"}),
        frozenset({"Page Type", "Thread Entry Type"}),
        frozenset({"Full Text", "Snippet"}),
    ),
    columns={
        "id": ("Resource Id", "Url"),
        "published": ("Date",),
        "content": ("Full Text", "Snippet", "Title"),
        "name": ("Title",),
        "url": ("Url",),
        "source": ("Page Type", "Domain"),
        "language": ("Language",),
        "author.id": ("Author",),
        "author.name": ("Full Name", "Author"),
        "author.followers": ("X Followers", "Twitter Followers", "Instagram Followers"),
        "in_reply_to": ("X Reply to", "Twitter Reply to"),
        "repost_of": ("X Repost of", "Twitter Retweet of"),
        "tags": ("Hashtags",),
        "likes": ("Likes", "X Likes", "Twitter Likes", "Facebook Likes", "Instagram Likes", "Linkedin Likes"),
        "replies": (
            "Comments", "X Replies", "Twitter Reply Count", "Facebook Comments", "Instagram Comments",
            "Reddit Comments", "Linkedin Comments",
        ),
        "reposts": ("Shares", "X Reposts", "Twitter Retweets", "Facebook Shares", "Linkedin Shares"),
        "views": ("Impressions", "Linkedin Impressions"),
    },
)  # fmt: skip
