"""A source that follows a script of posts and faults, and the builders of such scripts."""

from tests.streams.sources.scripted.source import ScriptedSettings, ScriptedSource

__all__ = ["ScriptedSettings", "ScriptedSource"]
