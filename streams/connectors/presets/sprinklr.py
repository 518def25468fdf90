"""Sprinklr: the export of a listening dashboard's widget, whose columns its maker chose.

Seen in: ``sprinklr_fields.py`` of github.com/juancuellarsol/Ogilvy (``From User``, ``Conversation Stream``, ``Created
Time``, ``snTypeColumn``, ``Reach (SUM)``); that posts stand there by their ``Permalink``, below a banner and a blank
row, in readers of Sprinklr's exports published on GitHub. No language was seen. Other widgets have other columns, and
are read with ``--column``.
"""

from streams.connectors.presets.preset import Preset

SPRINKLR = Preset(
    suite="sprinklr",
    known_by=(frozenset({"Conversation Stream"}), frozenset({"snTypeColumn"}), frozenset({"Created Time"})),
    columns={
        "id": ("Permalink",),
        "published": ("Created Time",),
        "content": ("Conversation Stream",),
        "url": ("Permalink",),
        "source": ("snTypeColumn",),
        "author.id": ("From User",),
        "author.name": ("From User",),
        "author.followers": ("Reach (SUM)",),
    },
)
