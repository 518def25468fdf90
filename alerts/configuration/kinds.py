"""Sections that name a kind: an id, and under the name of the kind its own settings."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from alerts.receivers.registry import RECEIVERS
from streams.sources.registry import PUSHED, SOURCES

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,63}$")]


class KindSection(BaseModel):
    """What stands beside its own settings is the kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Identifier

    @property
    def kinds(self) -> dict[str, Any]:
        """What stands beside the id: exactly one kind, where the section is right."""
        return dict(self.model_extra or {})

    @classmethod
    @abstractmethod
    def models(cls) -> Mapping[str, type[BaseModel]]:
        """Return the settings' model of each kind that exists."""


class KindOfReceiver(KindSection):
    """One of ``receivers``."""

    @classmethod
    def models(cls) -> Mapping[str, type[BaseModel]]:  # noqa: D102
        return {name: kind.settings for name, kind in RECEIVERS.items()}


class KindOfSource(KindSection):
    """One of ``sources``."""

    @classmethod
    def models(cls) -> Mapping[str, type[BaseModel]]:  # noqa: D102
        return {name: kind.settings for name, kind in (SOURCES | PUSHED).items()}


def kind_model(owner: type[BaseModel] | None, key: str | int) -> type[BaseModel] | None:
    """Return the model of a kind's settings, where ``key`` names a kind within its section."""
    if owner is None or not issubclass(owner, KindSection) or key in owner.model_fields:
        return None
    return owner.models().get(str(key))
