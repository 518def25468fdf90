"""How an API that lists posts is described."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from streams.durations import Duration, between

Path = Annotated[str, StringConstraints(pattern=r"^[^\s.]+(\.[^\s.]+)*$", max_length=200)]
Name = Annotated[str, StringConstraints(pattern=r"^[^\s=&?#]+$", max_length=100)]
_OF_HTTP = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write it as Europe/Berlin or UTC") from error
    return name


class FieldPaths(BaseModel):
    """Where in an element of the list something stands: names between dots, numbers for places in lists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Path = Field(description="What the post is known by: the same whenever it is read.")
    time: Path = Field(description="When it was published.")
    text: tuple[Path, ...] | Path = Field(description="What it says: one path, or several that are put together.")
    title: Path | None = Field(None, description="Its headline.")
    order: Path | None = Field(
        None, description="What the list is sorted by, where that is not `time`: `updated`, say."
    )
    url: Path | None = Field(None, description="Its page.")
    language: Path | None = Field(None, description="BCP 47, ISO 639 or in English words.")
    author: Path | None = Field(None, description="What its author is known by.")
    author_name: Path | None = Field(None, description="What its author is called.")
    in_reply_to: Path | None = Field(None, description="The id of what it answers.")
    likes: Path | None = Field(None, description="A number.")
    replies: Path | None = Field(None, description="A number.")
    reposts: Path | None = Field(None, description="A number.")
    views: Path | None = Field(None, description="A number.")
    deleted: Path | None = Field(None, description="Is there, and neither false nor empty, where it was taken down.")

    @property
    def texts(self) -> tuple[str, ...]:
        """All paths of the text."""
        return (self.text,) if isinstance(self.text, str) else self.text


class Since(BaseModel):
    """A parameter by which the API leaves out what is older."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameter: Name
    format: Literal["iso", "seconds", "milliseconds"] = "iso"


class Pages(BaseModel):
    """How the page behind one is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    next: Path | None = Field(None, description="Where the answer says it: a mark, or without `parameter` an address.")
    header: bool = Field(False, description='Whether the header `Link: <…>; rel="next"` says it.')
    parameter: Name | None = Field(None, description="What a mark, or the number of a page, is sent as.")
    first: int | None = Field(None, ge=0, description="The first page's number, where pages have numbers.")
    step: int = Field(1, ge=1, description="From one number to the next; where they count posts, how many a page has.")

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if self.header and (self.next or self.parameter or self.first is not None):
            raise ValueError("header stands alone: neither next, parameter nor first beside it")
        if self.next and self.first is not None:
            raise ValueError("either next, for what the answer says, or first, for numbers")
        if self.first is not None and not self.parameter:
            raise ValueError("first needs parameter: what a page's number is sent as")
        if not (self.header or self.next or self.first is not None):
            raise ValueError("needs next, header or first")
        return self


class PollApiSettings(BaseModel):
    """Under a source: ``poll_api: {url: …, items: …, fields: {id: …, time: …, text: …}}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://[^\s#]+$", max_length=2000, description="The list; no secret may stand in it.")
    name: str = Field(
        "poll_api", pattern=r"^[a-z0-9_]{1,40}$", description="What `source:` in queries calls these posts."
    )
    parameters: dict[Name, str | int] = Field(default_factory=dict, description="Sent with every request.")
    headers: dict[Annotated[str, StringConstraints(pattern=_OF_HTTP)], str] = Field(
        default_factory=dict, description="Sent with every request; nothing secret."
    )
    key: SecretStr | None = Field(None, description="What lets us in.")
    key_header: Annotated[str, StringConstraints(pattern=_OF_HTTP)] = Field(
        "Authorization", description="The header that the key is sent in."
    )
    key_prefix: str = Field("Bearer ", max_length=40, description="What stands before the key in that header.")
    key_parameter: Name | None = Field(None, description="The parameter that the key is sent as, instead of a header.")
    username: str = Field("", max_length=320, pattern=r"^[^:]*$", description="Of HTTP's basic authentication.")
    password: SecretStr | None = Field(None, description="Of that user.")
    items: Path | None = Field(None, description="Where the list stands in the answer; left out, it is the answer.")
    fields: FieldPaths = Field(description="Where in an element something stands.")
    order: Literal["newest_first", "oldest_first", "cursor"] = Field(
        "newest_first",
        description="How the list is sorted; cursor: it goes on from a mark of its own, which is kept.",
    )
    since: Since | None = Field(None, description="How to ask for newer ones alone.")
    pages: Pages | None = Field(None, description="How the next page is asked for; left out, there is one page.")
    is_whole: bool = Field(
        False, description="Whether the last page is the end of all there is, and not of what is given."
    )
    most_pages: int = Field(20, ge=1, le=500, description="Pages of one look, where the newest come first.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field("UTC", description="Of times that state none.")
    every: Annotated[Duration, between("5s", "1d")] = Field(60.0, description="How often it is asked.")
    gap: Annotated[Duration, between("0s", "1h")] = Field(1.0, description="The least time between two requests.")
    overlap: Annotated[Duration, between("0s", "7d")] = Field(
        600.0, description="So far before the newest one known is asked again, for what appears late."
    )
    delay: Annotated[Duration, between("0s", "1d")] = Field(
        900.0, description="How late a post ordinarily appears: one that is no older counts when it is heard."
    )

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.order == "cursor" and not (self.pages and self.pages.next and self.pages.parameter):
            raise ValueError("order: cursor needs pages: {next: …, parameter: …}")
        if self.order == "oldest_first" and self.since is None:
            raise ValueError("order: oldest_first needs since: else each look would begin at the oldest post there is")
        if bool(self.username) != (self.password is not None):
            raise ValueError("username and password_file belong together")
        if self.key is not None and self.username:
            raise ValueError("either key_file, or username and password_file")
        if self.key_parameter and self.key is None:
            raise ValueError("key_parameter needs key_file")
        return self
