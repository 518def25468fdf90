"""All presets, and which of them reads a header."""

from collections.abc import Collection, Sequence

from streams.connectors.connector import ConnectorError
from streams.connectors.presets.brandwatch import BRANDWATCH
from streams.connectors.presets.meltwater import MELTWATER, MELTWATER_IN_TWO
from streams.connectors.presets.preset import Preset
from streams.connectors.presets.sprinklr import SPRINKLR
from streams.connectors.presets.talkwalker import TALKWALKER

PRESETS = (BRANDWATCH, MELTWATER, MELTWATER_IN_TWO, SPRINKLR, TALKWALKER)
SUITES = tuple(dict.fromkeys(preset.suite for preset in PRESETS))
NONE = "none"
"""What is said to have no preset used."""


def preset_named(text: str) -> str:
    """Return a suite's name in its own case; empty if none is given.

    Raises
    ------
    ConnectorError
        Where there is no such suite.

    Examples
    --------
    >>> preset_named("Brandwatch"), preset_named("")
    ('brandwatch', '')
    """
    name = text.strip().lower()
    if name and name not in {*SUITES, NONE}:
        raise ConnectorError(f"--preset {text!r} is none; choose of {', '.join(SUITES)}, or {NONE}")
    return name


def presets_for(header: Collection[str], named: str = "") -> Sequence[Preset]:
    """Return the presets to read a header with: the named suite's, fitting ones first, or the one that alone fits."""
    if named:
        return sorted(
            (preset for preset in PRESETS if preset.suite == named), key=lambda preset: not preset.fits(header)
        )
    fitting = [preset for preset in PRESETS if preset.fits(header)]
    return fitting if len(fitting) == 1 else []
