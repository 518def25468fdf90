"""What several commands are given: a brand by its id, a moment."""

import difflib
from datetime import datetime
from typing import Annotated

import msgspec

from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from streams.brand import Brand


def parse_moment(text: str) -> int:
    """Return epoch seconds of an RFC 3339 time, which names its offset.

    Raises
    ------
    AlertsError
        Where it is none.

    Examples
    --------
    >>> parse_moment("2011-07-12T15:04:59.5Z") == parse_moment("2011-07-12T17:04:59+02:00")
    True
    """
    try:
        then = msgspec.convert(text.strip(), Annotated[datetime, msgspec.Meta(tz=True)])
    except msgspec.ValidationError as error:
        raise AlertsError(
            f"{text!r} is not an RFC 3339 time with an offset; write it like 2011-07-12T15:04:00Z or "
            "2011-07-12T17:04:00+02:00"
        ) from error
    return int(then.timestamp())


def brand_named(configuration: Configuration, brand_id: str) -> Brand:
    """Return a brand by its id.

    Raises
    ------
    AlertsError
        Where there is none, with the one that may be meant.
    """
    brands = {brand.id: brand for brand in configuration.watched()}
    if brand_id in brands:
        return brands[brand_id]
    if not brands:
        raise AlertsError("no brand is configured; add one under `brands:`")
    close = difflib.get_close_matches(brand_id.lower(), brands, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(list(brands)[:10])}"
    raise AlertsError(f"there is no brand with the id {brand_id!r}; {hint}")
