"""What the configuration says of PagerDuty."""

import re

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class PagerDutySettings(BaseModel):
    """Under a receiver: ``pagerduty: {routing_key: …}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    routing_key: SecretStr = Field(description="Integration key of an Events API v2 integration, 32 characters.")

    @field_validator("routing_key")
    @classmethod
    def _is_an_integration_key(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9]{32}", value.get_secret_value()):
            raise ValueError(
                "an integration key has 32 letters and digits; copy it from the service's Events API v2 integration"
            )
        return value


class PagerDutyService(BaseModel):
    """The section ``pagerduty``, for all receivers of the kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(
        default="https://events.pagerduty.com",
        pattern=r"^https?://",
        description="https://events.eu.pagerduty.com for accounts in Europe.",
    )
