"""``python -m tests.streams.sources.scripted``: the command line, with the scripted source among its kinds."""

import tocsin
from streams.sources.registry import SOURCES, SourceKind
from tests.streams.sources.scripted.source import ScriptedSettings, ScriptedSource

SOURCES["scripted"] = SourceKind(ScriptedSettings, ScriptedSource)
tocsin.main()
