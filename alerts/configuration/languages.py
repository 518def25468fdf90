"""Languages in the configuration: however they are called, kept as BCP 47 tags."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from detectors.language_tag import canonical_tag, likely_tag, name_in_english


def parse_language(value: object) -> str:
    """Return the canonical tag of a language.

    Raises
    ------
    ValueError
        Where it is none; the message has what may be meant.

    Examples
    --------
    >>> parse_language("English"), parse_language("pt_br")
    ('en', 'pt-BR')
    >>> parse_language("jp")
    Traceback (most recent call last):
    ValueError: 'jp' is no language; did you mean ja (Japanese)?
    """
    if value is False:
        raise ValueError('YAML reads a bare `no` as false; put Norwegian in quotes: "no"')
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no language; write a tag such as en, pt-BR, or leave `languages` out for all")  # noqa: TRY004 - pydantic's protocol
    if tag := canonical_tag(value):
        return tag
    near = likely_tag(value)
    hint = f"did you mean {near} ({name_in_english(near)})?" if near else "write a tag such as en, or pt-BR"
    raise ValueError(f"{value!r} is no language; {hint}")


def _listed(value: object) -> object:
    """Take one language for a list of one."""
    if value is None:
        return ()
    return tuple(part for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Languages = Annotated[
    tuple[Annotated[str, BeforeValidator(parse_language)], ...],
    BeforeValidator(_listed),
    AfterValidator(lambda tags: tuple(dict.fromkeys(tags))),
]
