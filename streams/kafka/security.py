"""How Tocsin connects to Kafka: over TLS or not, and as whom."""

from msgspec import Struct

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")


class OAuthClient(Struct, frozen=True, kw_only=True):
    """Whom a token is for, and where it is had (OAuth 2.0 client credentials, RFC 6749, section 4.4).

    Parameters
    ----------
    token_url
        The token endpoint.
    client_id, client_secret
        As which client.
    scope
        What is asked for; nothing where it is empty.
    parameters
        Further fields of the request, such as ``audience``.
    extensions
        What is told to the broker beside the token, such as Confluent Cloud's ``logicalCluster``.
    ca
        Certificates in PEM that the endpoint's may be signed by; those of the system where it is empty.
    """

    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    extensions: tuple[tuple[str, str], ...] = ()
    ca: str = ""

    def __repr__(self) -> str:
        return f"OAuthClient({self.client_id} at {self.token_url})"


class KafkaSecurity(Struct, frozen=True, kw_only=True):
    """What a client must know to be let in. Its text form holds no secret.

    Parameters
    ----------
    protocol
        One of ``PROTOCOLS``.
    mechanism
        One of ``MECHANISMS``, where the protocol begins with ``SASL``.
    username, password
        For PLAIN and SCRAM.
    oauth
        For OAUTHBEARER.
    ca
        Certificates in PEM that the brokers' may be signed by; those of the system where it is empty.
    certificate, key, key_password
        The client's own certificate with its chain, and its key, in PEM, where the brokers ask for one.
    check_hostname
        Whether a broker's certificate must be of the address that was asked for.

    Examples
    --------
    >>> KafkaSecurity(protocol="SASL_SSL", mechanism="SCRAM-SHA-512", username="tocsin", password="horse")
    KafkaSecurity(SASL_SSL, SCRAM-SHA-512 as tocsin)
    """

    protocol: str = "PLAINTEXT"
    mechanism: str = ""
    username: str = ""
    password: str = ""
    oauth: OAuthClient | None = None
    ca: str = ""
    certificate: str = ""
    key: str = ""
    key_password: str = ""
    check_hostname: bool = True

    @property
    def is_tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.protocol in {"SSL", "SASL_SSL"}

    @property
    def is_sasl(self) -> bool:
        """Whether a connection begins by saying who we are."""
        return self.protocol in {"SASL_PLAINTEXT", "SASL_SSL"}

    def described(self) -> str:
        """Say how it connects, without any secret: ``SASL_SSL, SCRAM-SHA-512 as tocsin``."""
        parts = [self.protocol]
        if self.oauth is not None:
            parts.append(f"{self.mechanism} as {self.oauth.client_id}, with tokens of {self.oauth.token_url}")
        elif self.is_sasl:
            parts.append(f"{self.mechanism} as {self.username}")
        if self.is_tls and self.certificate:
            parts.append("with a client certificate")
        if self.is_tls and not self.check_hostname:
            parts.append("brokers' names not checked")
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"KafkaSecurity({self.described()})"
