"""Small files as the trade's suites write them; what they say is made up."""

import csv
import datetime as dt
import io
from typing import Any, NamedTuple

Table = list[list[Any]]


def columns(names: str) -> list[str]:
    return names.split(",")


LABELS: Table = [
    ["Report:", "Bulk Mentions Download"],
    ["Brand:", "Northside"],
    ["From:", "Tue Mar 03 00:00:00 UTC 2026"],
    ["To:", "Wed Mar 04 00:00:00 UTC 2026"],
    ["Label:", "all of it"],
    [],
]
BRANDWATCH: Table = [
    columns(
        "Query Id,Query Name,Date,Title,Snippet,Url,Domain,Sentiment,Page Type,Language,Country Code,Added,Author,"
        "Avatar,Full Name,Full Text,Hashtags,Impact,Impressions,Mentioned Authors,Original Url,Resource Id,"
        "Thread Author,Thread Entry Type,X Author ID,X Followers,X Likes,X Reply to,X Repost of,X Reposts,"
        "X Verified"
    ),
    [
        "2001", "Northside", "2026-03-03 12:00:01.0", "A&E shut again", "northside shut",
        "http://x.com/ann/statuses/12",
        "x.com", "negative", "x", "en", "GBR", "2026-03-03 12:05:00.0", "ann", "", "Ann Lee",
        "A&E shut again, shameful northside", "#northside", "12.3", "1,950", "", "", "r-1", "ann", "post", "77",
        "1,234",
        "5", "", "", "2", "",
    ],
    [
        "2001", "Northside", "2026-03-03 12:00:09.0", "", "", "http://x.com/bob/statuses/13", "x.com", "negative",
        "x",
        "en", "GBR", "2026-03-03 12:05:00.0", "bob", "", "", "RT @ann: A&E shut again, shameful northside", "", "0",
        "0",
        "", "", "", "ann", "share", "78", "10", "0", "", "http://x.com/ann/statuses/12", "0", "",
    ],
]  # fmt: skip
MELTWATER: Table = [
    columns(
        "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Country,Subregion,Language,Reach,"
        "Desktop Reach,Mobile Reach,Twitter Social Echo,Facebook Social Echo,Reddit Social Echo,"
        "National Viewership,Engagement,AVE,Sentiment,Key Phrases,Input Name,Keywords,Twitter Authority,Tweet Id,"
        "Twitter Id,Twitter Client,Twitter Screen Name,User Profile Url,Twitter Bio,Twitter Followers,"
        "Twitter Following,Alternate Date Format,Time,State,City,Document Tags"
    ),
    [
        "03-Mar-2026 08:57AM", "", "http://twitter.com/ann/statuses/12", "", "A&E shut again, shameful northside",
        "Twitter", "@ann", "United Kingdom", "", "English", "1,234", "", "", "", "", "", "", "5", "11.4", "Negative",
        "",
        "Northside", "northside", "4", "1.43E+18", "77", "", "Ann Lee", "https://twitter.com/ann", "", "1,234", "8",
        "03-Mar-26", "8:57 AM", "", "", "",
    ],
    [
        "03-Mar-2026 09:10PM", "Northside closes its A&E", "https://news.example/9", "The trust said on Thursday …",
        "Northside closes for a week.", "Example News", "", "United Kingdom", "", "French", "250,000", "", "", "",
        "", "",
        "", "", "", "Neutral", "", "Northside", "northside", "", "", "", "", "", "", "", "", "", "03-Mar-26",
        "9:10 PM",
        "", "", "",
    ],
]  # fmt: skip
MELTWATER_IN_TWO: Table = [
    ["Northside, last 7 days"],
    columns(
        "Date,Time,Document ID,URL,Input Name,Keywords,Information Type,Source Type,Source Name,Source Domain,"
        "Content Type,Author Name,Author Handle,Title,Opening Text,Hit Sentence,Image,Hashtags,Links,Country,"
        "Region,State,City,Language,Sentiment,Keyphrases,Reach,Global Reach,National Reach,Local Reach,AVE,"
        "Social Echo,Editorial Echo,Engagement,Shares,Quotes,Likes,Replies,Reposts,Comments,Reactions,Views,"
        "Estimated Views,Document Tags,Custom Categories,Custom Fields"
    ),
    [
        "03-Mar-2026", "12:00 PM", "d-1", "https://x.com/ann/status/12", "Northside", "northside", "Social", "X", "X",
        "x.com", "Post", "Ann Lee", "@ann", "", "", "A&E shut again, shameful northside", "", "#northside", "", "",
        "", "",
        "", "English", "Negative", "", "1,234", "", "", "", "", "", "", "7", "", "", "5", "1", "2", "", "", "1,950",
        "",
        "", "", "",
    ],
]  # fmt: skip
TALKWALKER: Table = [
    columns(
        "url,indexed,search_indexed,published,title_snippet,content_snippet,title,content,root_url,domain_url,"
        "host_url,parent_url,lang,sentiment,source_type,post_type,engagement,reach,extra_author_attributes.id,"
        "extra_author_attributes.name,extra_author_attributes.short_name,extra_author_attributes.url,"
        "extra_source_attributes.name,source_extended_attributes.twitter_followers,"
        "article_extended_attributes.twitter_likes,article_extended_attributes.twitter_retweets,"
        "article_extended_attributes.num_comments"
    ),
    [
        "http://twitter.com/ann/status/12", "2026-03-03 12:01:00", "2026-03-03 12:02:00", "2026-03-03 12:00:01", "",
        "A&E shut …", "A&E shut again", "A&E shut again, shameful northside", "", "http://twitter.com/", "", "", "en",
        "-5", "SOCIALMEDIA, SOCIALMEDIA_TWITTER", "TEXT", "7", "980", "ex:77", "Ann Lee", "ann",
        "http://twitter.com/ann", "twitter.com", "1234", "5", "2", "1",
    ],
]  # fmt: skip
SPRINKLR: Table = [
    ["Listening: Northside"],
    [],
    columns(
        "From User,Conversation Stream,Sender Profile Image Url,Created Time,snTypeColumn,Sentiment,Country,"
        "Permalink,Reach (SUM),Earned Engagements (Recalibrated) (SUM),Mentions (SUM)"
    ),
    [
        "ann", "A&E shut again, shameful northside", "https://img.example/a.png", dt.datetime(2026, 3, 3, 12, 0, 1),  # noqa: DTZ001 - as Excel has it

        "TWITTER", "NEGATIVE", "United Kingdom", "https://twitter.com/ann/status/12", 1234, 7, 1,
    ],
]  # fmt: skip


class Export(NamedTuple):
    """A file, and the suite that wrote it."""

    suite: str
    name: str
    data: bytes


def text(rows: Table, encoding: str = "utf-8", delimiter: str = ",", quoting: Any = csv.QUOTE_MINIMAL) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)
    return out.getvalue().encode(encoding)


EXPORTS = [
    Export("brandwatch", "brandwatch.csv", text([*LABELS, *BRANDWATCH], "utf-8-sig", quoting=csv.QUOTE_ALL)),
    Export("meltwater", "meltwater.csv", text(MELTWATER, "utf-16", "\t")),
    Export("meltwater", "meltwater-in-two.csv", text(MELTWATER_IN_TWO, "utf-16", "\t")),
    Export("talkwalker", "talkwalker.csv", text(TALKWALKER)),
    Export("sprinklr", "sprinklr.csv", text(SPRINKLR)),
]
HEADERS: dict[str, list[str]] = {
    "brandwatch": BRANDWATCH[0], "meltwater": MELTWATER[0], "meltwater in two": MELTWATER_IN_TWO[1],
    "talkwalker": TALKWALKER[0], "sprinklr": SPRINKLR[2],
}  # fmt: skip
