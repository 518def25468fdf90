"""Which brand a suite's search is for: what counts of a post whose text the licence withholds."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints


def _named(value: object) -> object:
    """Take numbers for names: searches are numbered, and YAML reads those as such."""
    return {str(name): brand for name, brand in value.items()} if isinstance(value, Mapping) else value


BrandOfSearch = Annotated[
    dict[str, Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,63}$")]], BeforeValidator(_named)
]
"""The brand's id, by the number or the name of a search: ``{2382415: northside}``."""


def brands_setting() -> Any:
    """Return the setting that every suite's source has."""
    return Field(
        default_factory=dict,
        description="Which brand a search (topic, query, rule) is for, by number or name, where posts have no text.",
    )


def found_by(searches: Iterable[str], brands: Mapping[str, str], kind: str) -> str:
    """Return whose search found a post: a brand's id where the configuration says it, else what the search is called.

    Parameters
    ----------
    searches
        Numbers and names, the most telling last.
    kind
        Stands for a search that nothing is known of.

    Examples
    --------
    >>> found_by(["2382415", "Northside, worldwide"], {"2382415": "northside"}, "meltwater")
    'northside'
    >>> found_by(["2382415", "Northside, worldwide"], {}, "meltwater"), found_by([], {}, "meltwater")
    ('Northside, worldwide', 'meltwater')
    """
    said = [search for search in searches if search]
    for search in said:
        if search in brands:
            return brands[search]
    return said[-1][:500] if said else kind
