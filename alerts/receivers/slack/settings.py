"""What the configuration says of Slack."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class SlackSettings(BaseModel):
    """Under a receiver: ``slack: {channel: "#crisis"}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str = Field(
        pattern=r"^(#[^\s#,]{1,80}|[CG][A-Z0-9]{6,})$",
        description="The channel's name with #, or its id. The app must be a member of it.",
    )


class SlackService(BaseModel):
    """The section ``slack``, for all receivers of the kind.

    The token needs the scopes ``chat:write``, ``channels:read`` and ``channels:history`` (for private channels
    ``groups:read`` and ``groups:history``): the last two find out whether a message that may have been lost arrived.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr | None = Field(default=None, description="Bot token, xoxb-….")
    signing_secret: SecretStr | None = Field(default=None, description="Proves that a pressed button comes from Slack.")
    base_url: str = Field(
        default="https://slack.com/api/", pattern=r"^https?://", description="Another one for a simulation."
    )
