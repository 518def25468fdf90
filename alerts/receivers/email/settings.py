"""What the configuration says of e-mail."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_ADDRESS = r"^[^@\s,;<>\x00-\x1f]+@[^@\s,;<>\x00-\x1f]+$"


class EmailSettings(BaseModel):
    """Under a receiver: ``email: {to: chief@example.org}``. One address, for each has a link of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: str = Field(pattern=_ADDRESS, max_length=254)


class SmtpService(BaseModel):
    """The section ``smtp``, for all receivers of the kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="localhost", min_length=1)
    port: int | None = Field(
        default=None, ge=1, le=65535, description="By default 465 for tls, 587 for starttls, 25 for none."
    )
    username: str | None = None
    password: SecretStr | None = None
    sender: str = Field(default="tocsin@localhost", pattern=_ADDRESS, max_length=254)
    security: Literal["tls", "starttls", "none"] = "starttls"

    @property
    def effective_port(self) -> int:
        """The port as set, or the usual one of the kind of security."""
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]
