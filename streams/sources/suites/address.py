"""The secret in the address that a suite posts to: all that lets it in, where it cannot sign."""

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from streams.durations import Duration, between

_SAFE = re.compile(r"[A-Za-z0-9_-]{24,128}")


def _secret(value: SecretStr) -> SecretStr:
    if not _SAFE.fullmatch(value.get_secret_value()):
        raise ValueError(
            "must be 24 to 128 letters, digits, - and _, for it stands in an address; `openssl rand -hex 24` makes one"
        )
    return value


AddressSecret = Annotated[SecretStr, AfterValidator(_secret)]
Lateness = Annotated[Duration, between("0s", "1d")]
