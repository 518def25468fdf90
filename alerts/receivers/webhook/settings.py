"""What the configuration says of a webhook."""

import base64
import binascii

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class WebhookSettings(BaseModel):
    """Under a receiver: ``webhook: {url: https://…, secret: whsec_…}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://[^\s/]+", description="Where the signed request is sent.")
    secret: SecretStr = Field(description="whsec_ and 24 to 64 bytes in base64; the other side holds it too.")

    @field_validator("secret")
    @classmethod
    def _is_a_signing_secret(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value().removeprefix("whsec_")
        try:
            length = len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
        except binascii.Error:
            length = 0
        if not 24 <= length <= 64:
            raise ValueError('must be 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"')
        return value
