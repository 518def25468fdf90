"""Talkwalker: the export of results, as CSV or workbook; its columns are the API's fields with their paths.

Seen in: ``fonctions.py`` of github.com/ALB5/talkwalker_gephi (``published``, ``content``,
``extra_author_attributes.short_name``), and in readers of such files published on GitHub, which list the whole header
(``url``, ``indexed``, ``title_snippet``, ``lang``, ``source_type``, the followers and likes of each network). What the
fields mean: developer.talkwalker.com.
"""

from streams.connectors.presets.preset import Preset

_AUTHOR, _SOURCE = "extra_author_attributes", "source_extended_attributes"
_ARTICLE = "article_extended_attributes"

TALKWALKER = Preset(
    suite="talkwalker",
    known_by=(
        frozenset({"published"}),
        frozenset({"content", "content_snippet"}),
        frozenset({f"{_AUTHOR}.name", f"{_AUTHOR}.short_name", "extra_source_attributes.name"}),
    ),
    columns={
        "id": ("url",),
        "published": ("published",),
        "content": ("content", "content_snippet", "title", "title_snippet"),
        "name": ("title", "title_snippet"),
        "url": ("url",),
        "source": ("source_type", "extra_source_attributes.name", "domain_url"),
        "language": ("lang",),
        "author.id": (f"{_AUTHOR}.short_name", f"{_AUTHOR}.id", f"{_AUTHOR}.name"),
        "author.name": (f"{_AUTHOR}.name", f"{_AUTHOR}.short_name"),
        "author.url": (f"{_AUTHOR}.url",),
        "author.followers": (
            f"{_SOURCE}.twitter_followers", f"{_SOURCE}.facebook_followers", f"{_SOURCE}.instagram_followers", "reach",
        ),
        "likes": (
            f"{_ARTICLE}.twitter_likes", f"{_ARTICLE}.facebook_likes", f"{_ARTICLE}.instagram_likes",
            f"{_ARTICLE}.youtube_likes",
        ),
        "replies": (f"{_ARTICLE}.twitter_replies", f"{_ARTICLE}.num_comments"),
        "reposts": (
            f"{_ARTICLE}.twitter_retweets", f"{_ARTICLE}.twitter_shares", f"{_ARTICLE}.facebook_shares",
        ),
        "views": (f"{_ARTICLE}.twitter_impressions", f"{_ARTICLE}.youtube_views", f"{_ARTICLE}.url_views"),
    },
)  # fmt: skip
