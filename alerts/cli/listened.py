"""The sources that a configuration states, as those take them who listen."""

from collections.abc import Collection

from alerts.configuration.configuration import Configuration
from alerts.configuration.doubts import is_local
from alerts.configuration.sections import SourceSection
from alerts.configuration.wording import suggestion
from alerts.errors import AlertsError
from streams.sources.http import HttpClient
from streams.sources.listening import Listened
from streams.sources.registry import PUSHED, SOURCES
from streams.sources.source import Source


def listened_of(configuration: Configuration, only: Collection[str] = ()) -> list[Listened]:
    """Return the sources that a configuration states, or a choice of them.

    Parameters
    ----------
    only
        Ids; all where there are none.

    Raises
    ------
    AlertsError
        Where there is no source at all to listen to, or none of such an id.
    """
    pushed = {section.id for section in configuration.sources if not PUSHED.keys().isdisjoint(section.kinds)}
    known = [section.id for section in configuration.sources if section.id not in pushed]
    if not known and not pushed:
        raise AlertsError("no source is configured; add one under `sources:` of tocsin.yml: docs/sources.md")
    for name in (name for name in only if name in pushed):
        raise AlertsError(f"{name} is pushed to us: `tocsin web` receives it, and `tocsin sources` shows its status")
    if not known:
        raise AlertsError(f"there is nothing to listen to: `tocsin web` receives what {', '.join(sorted(pushed))} push")
    for name in only:
        if name not in known:
            raise AlertsError(f"there is no source named {name}{suggestion(name, known)}")
    chosen = only or known
    return [_listened(section) for section in configuration.sources if section.id in chosen]


def client_of(configuration: Configuration) -> HttpClient:
    """Return the HTTP client of the sources; it tells upstream how to reach the operator."""
    public = "" if is_local(configuration.public_url) else configuration.public_url
    return HttpClient(contact=configuration.listen.contact or public)


def _listened(section: SourceSection) -> Listened:
    (kind, stated), = section.kinds.items()  # fmt: skip
    settings = SOURCES[kind].settings.model_validate(stated)

    def build(http: HttpClient) -> Source:
        return SOURCES[kind].build(section.id, settings, http)

    return Listened(id=section.id, kind=kind, build=build, keep_all=section.keep == "all", stated=settings)
