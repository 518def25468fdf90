"""How Kafka lets Tocsin in, as the section ``kafka`` says it: TLS, a password, a token."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from streams.kafka.access.tls import TlsError, client_context
from streams.kafka.security import MECHANISMS, PROTOCOLS, KafkaSecurity, OAuthClient

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.%]+\]|[^\s:/\[\]]+)(?::(\d{1,5}))?|[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*")
_SEPARATOR = re.compile(r"[,;\s]+")
_SCHEME = re.compile(r"^([A-Za-z_]+)://")
_EXTENSION = re.compile(r"[A-Za-z]+")
_UNSUPPORTED = {
    "GSSAPI": "Kerberos is not supported",
    "KERBEROS": "Kerberos is not supported",
    "AWSMSKIAM": "IAM of Amazon MSK is not supported; enable SASL/SCRAM there, and use SCRAM-SHA-512",
}


def _addresses(value: object) -> object:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return value
    found = [part for item in value for part in _SEPARATOR.split(item) if part]
    for address in found:
        if scheme := _SCHEME.match(address):
            plain = address[scheme.end() :].rstrip("/")
            raise ValueError(f"{address} must be host:port; write {plain}, and security_protocol for the rest")
        match = _ADDRESS.fullmatch(address)
        if not match or (match[2] and not 0 < int(match[2]) < 65_536):
            raise ValueError(f"{address!r} is not an address; write host:port, such as kafka.example.org:9092")
    return tuple(found)


def _protocol(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"must be one of {', '.join(PROTOCOLS)}")  # noqa: TRY004 - pydantic's way
    name = re.sub(r"[\W_]+", "_", value.strip().upper()).replace("TLS", "SSL")
    if name not in PROTOCOLS:
        raise ValueError(f"{value!r} is unknown; write one of {', '.join(PROTOCOLS)}")
    return name


def _mechanism(value: object) -> object:
    names = {re.sub(r"\W", "", name): name for name in MECHANISMS}
    if not isinstance(value, str):
        raise ValueError(f"must be one of {', '.join(MECHANISMS)}")  # noqa: TRY004 - pydantic's way
    squeezed = re.sub(r"[\W_]+", "", value.upper())
    if squeezed in _UNSUPPORTED:
        raise ValueError(f"{value}: {_UNSUPPORTED[squeezed]}")
    if value.strip() and squeezed not in names:
        raise ValueError(f"{value!r} is unknown; write one of {', '.join(MECHANISMS)}")
    return names.get(squeezed, "")


def _pairs(value: object) -> object:
    """Read ``name=value,name=value``, as a variable of the environment says it, or JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("begins with { but is not JSON; write name=value,name=value") from None
    split = [part.partition("=") for part in value.split(",") if part.strip()]
    if not all(equals for _, equals, _ in split):
        raise ValueError("must be name=value,name=value")
    return {name.strip(): text.strip() for name, _, text in split}


CERTIFICATES = ("ssl_ca", "ssl_certificate", "ssl_key", "ssl_key_password", "oauth_ca")
"""Settings that may change while a process works: its next connections use them."""
Brokers = Annotated[tuple[str, ...], BeforeValidator(_addresses)]
Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]


class KafkaAccess(BaseModel):
    """The settings; what belongs together is checked by ``access_mistakes``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    security_protocol: Annotated[str, BeforeValidator(_protocol)] = Field(
        "PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."
    )
    sasl_mechanism: Annotated[str, BeforeValidator(_mechanism)] = Field(
        "", description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER."
    )
    sasl_username: str = Field("", description="For PLAIN and SCRAM.")
    sasl_password: SecretStr | None = Field(None, description="For PLAIN and SCRAM.")
    ssl_ca: str = Field("", description="Certificates (PEM) that sign the brokers'; the system's if left out.")
    ssl_certificate: str = Field("", description="The client's certificate with its chain (PEM).")
    ssl_key: SecretStr | None = Field(None, description="Its key (PEM), unless it stands with the certificate.")
    ssl_key_password: SecretStr | None = Field(None, description="Of an encrypted key.")
    ssl_check_hostname: bool = Field(True, description="Whether a broker's certificate must be of its name.")
    oauth_token_url: str = Field("", description="The token endpoint, for OAUTHBEARER.")
    oauth_client_id: str = Field("", description="The client's id there.")
    oauth_client_secret: SecretStr | None = Field(None, description="Its secret.")
    oauth_scope: str = Field("", description="What is asked for.")
    oauth_parameters: Pairs = Field({}, description="Further fields of the request, such as audience.")
    oauth_extensions: Pairs = Field({}, description="Told to the broker, such as Confluent's logicalCluster.")
    oauth_ca: str = Field("", description="Certificates (PEM) that sign the endpoint's; the system's if left out.")

    def security(self) -> KafkaSecurity:
        """Return how to be let in, as the adapters take it."""
        oauth = None
        if self.sasl_mechanism == "OAUTHBEARER":
            oauth = OAuthClient(
                token_url=self.oauth_token_url,
                client_id=self.oauth_client_id,
                client_secret=_shown(self.oauth_client_secret),
                scope=self.oauth_scope,
                parameters=tuple(self.oauth_parameters.items()),
                extensions=tuple(self.oauth_extensions.items()),
                ca=self.oauth_ca,
            )
        return KafkaSecurity(
            protocol=self.security_protocol,
            mechanism=self.sasl_mechanism,
            username=self.sasl_username,
            password=_shown(self.sasl_password),
            oauth=oauth,
            ca=self.ssl_ca,
            certificate=self.ssl_certificate,
            key=_shown(self.ssl_key),
            key_password=_shown(self.ssl_key_password),
            check_hostname=self.ssl_check_hostname,
        )


def access_mistakes(kafka: KafkaAccess) -> Iterator[tuple[str, str]]:
    """Yield what does not go together, each with its key."""
    security = kafka.security()
    if security.protocol not in PROTOCOLS:
        return  # told already
    if not security.is_tls:
        yield from _unused(kafka, "ssl_", f"security_protocol is {security.protocol}", "SSL or SASL_SSL")
    if not security.is_sasl:
        yield from _unused(kafka, "sasl_", f"security_protocol is {security.protocol}", "SASL_SSL or SASL_PLAINTEXT")
    elif not kafka.sasl_mechanism:
        yield (
            "sasl_mechanism",
            f"is missing; {security.protocol} needs one of {', '.join(MECHANISMS)}, as your Kafka has it",
        )
    elif security.oauth is not None:
        yield from _token_mistakes(kafka)
    else:
        yield from _missing(kafka, "sasl_username", "sasl_password")
    if security.oauth is None:
        for key in _set(kafka, "oauth_"):
            yield key, "is only used with sasl_mechanism: OAUTHBEARER; set that, or remove this"
    if security.is_tls:
        yield from _tls_mistakes(security)


def _missing(kafka: KafkaAccess, *keys: str) -> Iterator[tuple[str, str]]:
    for key in keys:
        value = getattr(kafka, key)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            how = f"set {key}, or {key}_file" if KafkaAccess.model_fields[key].annotation is not str else f"set {key}"
            yield key, f"is missing, and {kafka.sasl_mechanism} needs it; {how}"


def _unused(kafka: KafkaAccess, prefix: str, why: str, remedy: str) -> Iterator[tuple[str, str]]:
    for key in _set(kafka, prefix):
        yield key, f"would not be used, for {why}; set security_protocol: {remedy}, or take this out"


def _set(kafka: KafkaAccess, prefix: str) -> list[str]:
    fields = KafkaAccess.model_fields
    return [key for key in fields if key.startswith(prefix) and getattr(kafka, key) != fields[key].default]


def _token_mistakes(kafka: KafkaAccess) -> Iterator[tuple[str, str]]:
    yield from _missing(kafka, "oauth_token_url", "oauth_client_id", "oauth_client_secret")
    for key in ("sasl_username", "sasl_password"):
        if getattr(kafka, key):
            yield key, "is not used with OAUTHBEARER; remove it, and set oauth_client_id and oauth_client_secret"
    if kafka.oauth_token_url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", kafka.oauth_token_url):
        yield "oauth_token_url", "must be a web address, such as https://login.example.org/oauth2/token"
    for name, value in kafka.oauth_extensions.items():
        if not _EXTENSION.fullmatch(name) or name == "auth" or not value.isprintable():
            yield (
                "oauth_extensions",
                f"{name}: a name has only letters and is not auth, and a value has no line breaks",
            )
    try:
        client_context(kafka.oauth_ca)
    except TlsError as error:
        yield "oauth_ca", str(error)


def _tls_mistakes(security: KafkaSecurity) -> Iterator[tuple[str, str]]:
    if security.key_password and not security.certificate and not security.key:
        yield "ssl_key_password", "is set, but there is no key that it opens; set ssl_certificate and ssl_key"
    try:
        client_context(security.ca)
    except TlsError as error:
        yield f"ssl_{error.field}", str(error)
    try:
        client_context("", security.certificate, security.key, security.key_password)
    except TlsError as error:
        yield f"ssl_{error.field}", str(error)


def _shown(secret: Any) -> str:
    return secret.get_secret_value() if isinstance(secret, SecretStr) else ""
