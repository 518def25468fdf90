"""Connects to Kafka once, step by step, so that a refusal can be explained within seconds.

The libraries try again and again whatever the reason, and end with "no brokers available". Here each step has its own
answer: the name, the port, TLS, the certificates on both sides, what the listener expects, and who we say we are.
"""

import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from kafka.errors import KafkaError, for_code
from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.metadata import ApiVersionsRequest, MetadataRequest
from kafka.protocol.parser import KafkaProtocol
from kafka.protocol.sasl import SaslAuthenticateRequest, SaslHandshakeRequest
from msgspec.structs import replace

from streams.errors import KafkaRefusedError, KafkaUnavailableError
from streams.kafka.access.oauth_token import BlockingTokens, token_context
from streams.kafka.access.tls import ClientContext, client_context, renew
from streams.kafka.security import KafkaSecurity, OAuthClient
from streams.kafka.settings import KafkaSettings

_CONNECT_S = 5.0
_ANSWER_S = 10.0
_TRY_AGAIN_S = 0.5
_CHUNK = 65_536
_METADATA, _METADATA_VERSION = 3, 1
_UNSUPPORTED_MECHANISM, _NOT_NOW = 33, 34
_PORT = 9092

_WITH_SASL = {"PLAINTEXT": "SASL_PLAINTEXT", "SSL": "SASL_SSL"}

_UNTRUSTED = {
    9: "its certificate is not valid yet: is the clock of this machine right?",
    10: "its certificate, or one that signed it, has expired; renew it on the broker, or in kafka.ssl_ca_file",
    62: "its certificate is of another name",
    64: "its certificate is of another address",
}
"""What OpenSSL's verification says, by its number; whatever else is a certificate that nobody trusted has signed."""

_NOT_OURS = (
    "it does not accept our client certificate (kafka.ssl_certificate): has it expired, or does the broker not trust "
    "who signed it?"
)
_ALERTS = {
    "UNKNOWN_CA": "it does not trust who signed our client certificate; set kafka.ssl_certificate to one that it does",
    "CERTIFICATE_EXPIRED": "our client certificate has expired; renew kafka.ssl_certificate",
    "CERTIFICATE_REVOKED": "our client certificate was revoked; renew kafka.ssl_certificate",
    "BAD_CERTIFICATE": _NOT_OURS,
    "CERTIFICATE_UNKNOWN": _NOT_OURS,
    "PROTOCOL_VERSION": "it speaks no TLS that is safe; Tocsin needs 1.2 or 1.3",
    "HANDSHAKE_FAILURE": "no common way of encryption was found, or it asks for a client certificate",
}
"""What a broker says of us by a TLS alert."""
_ASKS_FOR_ONE = frozenset({"CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "HANDSHAKE_FAILURE"})
"""What it says, according to its version, of a client that has no certificate."""


def reach(kafka: KafkaSettings, timeout_s: float) -> str:
    """Return the address of a broker that lets us in, waiting for one that does not answer.

    Raises
    ------
    KafkaRefusedError
        At once, where Kafka is there and no broker lets us in.
    KafkaUnavailableError
        Where none answers in time.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            return knock(kafka)
        except KafkaRefusedError:
            raise
        except KafkaUnavailableError:
            if time.monotonic() + _TRY_AGAIN_S >= deadline:
                raise
        time.sleep(_TRY_AGAIN_S)


def knock(kafka: KafkaSettings) -> str:
    """Return the address of a broker that lets us in; each is tried once.

    The other brokers that the first one names are tried as well: a client connects to them next.

    Raises
    ------
    KafkaRefusedError
        Where none does, and one of them says why.
    KafkaUnavailableError
        Where none answers.
    """
    address, named = _first(kafka.brokers, kafka.security)
    if address not in named:
        try:
            _first(named, kafka.security)
        except KafkaUnavailableError as error:
            raise type(error)(
                f"Kafka at {address} names its brokers, and none of them can be used: {error}; "
                "the brokers' advertised.listeners must be reachable from here, by the names in their certificates"
            ) from error
    return address


def unreachable(kafka: KafkaSettings) -> list[str]:
    """Describe the brokers, configured or named by Kafka itself, that refuse us.

    Raises
    ------
    KafkaUnavailableError
        Where none does.
    """
    reasons: list[str] = []
    _, named = _first(kafka.brokers, kafka.security)
    for address in dict.fromkeys([*kafka.brokers, *named]):
        try:
            _enter(address, kafka.security)
        except KafkaUnavailableError as error:
            reasons.append(str(error))
    return reasons


def blocking_security(security: KafkaSecurity) -> dict[str, Any]:
    """Return what kafka-python must know of how to be let in."""
    options = security_options(security, BlockingTokens)
    if security.mechanism.startswith("SCRAM") and "sasl_plain_username" in options:
        # RFC 5802, 5.1; aiokafka does it by itself.
        options["sasl_plain_username"] = security.username.replace("=", "=3D").replace(",", "=2C")
    return options


def security_options(security: KafkaSecurity, tokens: Callable[[OAuthClient], Any]) -> dict[str, Any]:
    """Return what either library must know of how to be let in, by the names that both have for it.

    Parameters
    ----------
    tokens
        What gives the library its tokens.
    """
    options: dict[str, Any] = {"security_protocol": security.protocol}
    if security.is_tls:
        options["ssl_context"] = kafka_context(security)
    if security.is_sasl:
        options["sasl_mechanism"] = security.mechanism
    if security.oauth is not None:
        options["sasl_oauth_token_provider"] = tokens(security.oauth)
    elif security.is_sasl:
        options |= {"sasl_plain_username": security.username, "sasl_plain_password": security.password}
    return options


def kafka_context(security: KafkaSecurity) -> ClientContext:
    """Return how clients of Kafka encrypt."""
    return client_context(
        security.ca,
        security.certificate,
        security.key,
        security.key_password,
        check_hostname=security.check_hostname,
        whose="kafka",
    )


def renew_certificates(before: KafkaSecurity, after: KafkaSecurity) -> None:
    """Let all clients that were made by some settings, or will be, begin new connections by the certificates of others.

    Raises
    ------
    TlsError
        Where one of them cannot be used; nothing has changed then.
    """
    pairs = []
    if before.is_tls and after.is_tls:
        pairs.append((kafka_context(before), kafka_context(after)))
    if before.oauth is not None and after.oauth is not None:
        pairs.append((token_context(before.oauth), token_context(after.oauth)))
    for old, new in pairs:
        renew(old, new)


def _first(addresses: Iterable[str], security: KafkaSecurity) -> tuple[str, list[str]]:
    refused, silent = [], []
    for address in addresses:
        try:
            return address, _enter(address, security)
        except KafkaRefusedError as error:
            refused.append(str(error))
        except KafkaUnavailableError as error:
            silent.append(str(error))
    if refused:
        raise KafkaRefusedError("; ".join(dict.fromkeys(refused + silent)))
    raise KafkaUnavailableError("; ".join(dict.fromkeys(silent)))


def _enter(address: str, security: KafkaSecurity) -> list[str]:
    """Go through the door of one broker, and return the addresses of all that it knows of."""
    with _Door(address, security) as door:
        door.authenticate()
        return door.brokers()


class _ClosedError(Exception):
    """The other side ended the connection without a word."""


class _Door:
    """A connection to one broker.

    Each failure is raised as ``KafkaRefusedError`` or ``KafkaUnavailableError``, with the broker and what to do.
    """

    def __init__(self, address: str, security: KafkaSecurity) -> None:
        self.address = address
        self._security = security
        self._versions: dict[int, tuple[int, int]] = {}
        self._protocol = KafkaProtocol(client_id="tocsin-probe")
        self._socket = self._connected()
        try:
            if security.is_tls:
                self._socket = self._encrypted(self._socket)
            self._learn_versions()
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def authenticate(self) -> None:
        """Authenticate, where the settings say as whom."""
        security = self._security
        if not security.is_sasl:
            return
        answer = self._ask(SaslHandshakeRequest(mechanism=security.mechanism, version=1))
        if answer.error_code == _NOT_NOW:
            raise self._refused(
                f"its listener asks for no password; set kafka.security_protocol: {security.protocol[5:]}"
            )
        if answer.error_code or security.mechanism not in answer.mechanisms:
            known = ", ".join(sorted(answer.mechanisms))
            raise self._refused(f"it does not know {security.mechanism}; set kafka.sasl_mechanism to one of {known}")
        mechanism = get_sasl_mechanism(security.mechanism)(host=self.address, **blocking_security(security))
        try:
            while not mechanism.is_done():
                answered = self._ask(SaslAuthenticateRequest(auth_bytes=mechanism.auth_bytes(), version=0))
                if answered.error_code:
                    raise self._not_believed(answered.error_message or for_code(answered.error_code).__name__)
                mechanism.receive(answered.auth_bytes)
            is_let_in = mechanism.is_authenticated()
        except _ClosedError:
            raise self._not_believed("it ended the connection") from None
        except (ValueError, LookupError, struct.error) as error:
            raise self._not_believed(f"its answer cannot be right: {error}") from error
        if not is_let_in:
            raise self._not_believed("no reason given")

    def mechanisms(self) -> list[str]:
        """Return the SASL mechanisms of the listener; none if it requires no authentication."""
        try:
            answer = self._ask(SaslHandshakeRequest(mechanism="NONE", version=1))
        except _ClosedError:
            return []
        return sorted(answer.mechanisms) if answer.error_code == _UNSUPPORTED_MECHANISM else []

    def brokers(self) -> list[str]:
        """Return the addresses of all brokers."""
        least, most = self._versions.get(_METADATA, (_METADATA_VERSION, _METADATA_VERSION))
        version = min(max(least, _METADATA_VERSION), most)
        try:
            answer = self._ask(MetadataRequest(version=version, topics=[]))
        except _ClosedError:
            if not self._security.is_sasl and (known := self._mechanisms()):
                raise self._refused(
                    f"it asks who we are; set kafka.security_protocol: {_WITH_SASL[self._security.protocol]} and "
                    f"kafka.sasl_mechanism, one of {', '.join(known)}"
                ) from None
            raise self._hung_up() from None
        return [f"[{b.host}]:{b.port}" if ":" in b.host else f"{b.host}:{b.port}" for b in answer.brokers]

    # -- steps ------------------------------------------------------------------------------------------------

    def _connected(self) -> socket.socket:
        host, port = _host_and_port(self.address)
        try:
            connected = socket.create_connection((host, port), timeout=_CONNECT_S)
        except socket.gaierror as error:
            raise self._silent(f"the name {host} is not known here ({error.strerror})") from error
        except TimeoutError as error:
            raise self._silent(f"no connection within {_CONNECT_S:.0f} s; is a firewall between?") from error
        except (OSError, ValueError) as error:
            raise self._silent(getattr(error, "strerror", None) or str(error)) from error
        connected.settimeout(_ANSWER_S)
        return connected

    def _encrypted(self, plain: socket.socket) -> socket.socket:
        host, _ = _host_and_port(self.address)
        try:
            return kafka_context(self._security).wrap_socket(plain, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            raise self._refused(self._untrusted(error)) from error
        except ssl.SSLError as error:
            if (alert := self._alert(error)) is not None:
                raise alert from error
            raise self._no_tls(error) from error
        except OSError as error:
            raise self._no_tls(error) from error

    def _learn_versions(self) -> None:
        try:
            answer = self._ask(ApiVersionsRequest(version=0))
        except _ClosedError:
            raise self._hung_up() from None
        if answer.error_code:
            raise self._refused(f"it does not say what it understands ({for_code(answer.error_code).__name__})")
        self._versions = {api.api_key: (api.min_version, api.max_version) for api in answer.api_keys}

    def _ask(self, request: Any) -> Any:
        self._protocol.send_request(request)
        try:
            self._socket.sendall(self._protocol.send_bytes())
            while True:
                data = self._socket.recv(_CHUNK)
                if not data:
                    raise _ClosedError
                for _, answer in self._protocol.receive_bytes(data):
                    return answer
        except ssl.SSLError as error:
            if (alert := self._alert(error)) is not None:
                raise alert from error
            raise _ClosedError from error
        except TimeoutError as error:
            if not self._versions and not self._security.is_tls and self._speaks_tls():
                raise self._wants_tls() from error
            raise self._silent(f"it took the connection and did not answer within {_ANSWER_S:.0f} s") from error
        except OSError as error:
            raise _ClosedError from error
        except KafkaError as error:
            raise self._no_kafka(error) from error

    # -- what is told -----------------------------------------------------------------------------------------

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> str:
        if why := _UNTRUSTED.get(error.verify_code):
            if error.verify_code in {62, 64}:
                return (
                    f"{why} ({error.verify_message}); use the name that the certificate has in kafka.brokers, or set "
                    "kafka.ssl_check_hostname: false"
                )
            return f"{why} ({error.verify_message})"
        trusted = "by one in kafka.ssl_ca" if self._security.ca else "by one that this machine trusts"
        remedy = "put the right CA there" if self._security.ca else "set kafka.ssl_ca_file to the CA of the brokers"
        return f"its certificate is not signed {trusted} ({error.verify_message}); {remedy}"

    def _alert(self, error: ssl.SSLError) -> KafkaRefusedError | None:
        _, is_alert, alert = (error.reason or "").partition("_ALERT_")
        if not is_alert:
            return None
        if not self._security.certificate and alert in _ASKS_FOR_ONE:
            return self._refused(
                "it asks for a client certificate; set kafka.ssl_certificate_file and kafka.ssl_key_file"
            )
        return self._refused(_ALERTS.get(alert, f"TLS ended with {alert.lower()}"))

    def _no_tls(self, error: Exception) -> KafkaUnavailableError:
        """Say why TLS failed: because the port speaks Kafka without it, or something else."""
        plain = replace(self._security, protocol="PLAINTEXT")
        try:
            with _Door(self.address, plain) as door:
                protocol = "SASL_PLAINTEXT" if door.mechanisms() else "PLAINTEXT"
        except KafkaUnavailableError:
            return self._silent(f"TLS could not be begun ({getattr(error, 'reason', None) or error or 'it hung up'})")
        return self._refused(
            f"this port speaks without TLS; name the port that does, or set kafka.security_protocol: {protocol}"
        )

    def _no_kafka(self, error: Exception) -> KafkaRefusedError:
        if not self._security.is_tls and self._speaks_tls():
            return self._wants_tls()
        return self._refused(f"what answers there is no Kafka ({error}); correct kafka.brokers")

    def _hung_up(self) -> KafkaUnavailableError:
        """Say why the other side ended the connection before it had answered what anybody may ask."""
        if not self._security.is_tls and self._speaks_tls():
            return self._wants_tls()
        return self._silent("it ended the connection without a word")

    def _wants_tls(self) -> KafkaRefusedError:
        choice = "SASL_SSL" if self._security.is_sasl else "SSL or SASL_SSL"
        return self._refused(f"this port speaks TLS; set kafka.security_protocol: {choice}")

    def _speaks_tls(self) -> bool:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # nothing is said to whoever answers
        try:
            with self._connected() as plain, context.wrap_socket(plain, server_hostname=None):
                return True
        except ssl.SSLError as error:
            return "ALERT" in (error.reason or "")
        except (OSError, KafkaUnavailableError):
            return False

    def _mechanisms(self) -> list[str]:
        """Ask a listener that has hung up on us for its mechanisms."""
        try:
            with _Door(self.address, self._security) as door:
                return door.mechanisms()
        except KafkaUnavailableError:
            return []

    def _not_believed(self, answer: str) -> KafkaRefusedError:
        security = self._security
        if security.oauth is not None:
            return self._refused(
                f"it does not accept the token of {security.oauth.client_id} ({answer}); check kafka.oauth_scope, "
                "kafka.oauth_extensions, and what the broker expects of a token"
            )
        return self._refused(
            f"wrong name or password for {security.username} ({answer.rstrip('.')}); correct kafka.sasl_username and "
            f"kafka.sasl_password, or kafka.sasl_mechanism ({security.mechanism}) if the user has another one's"
        )

    def _refused(self, why: str) -> KafkaRefusedError:
        return KafkaRefusedError(f"Kafka at {self.address} does not let Tocsin in: {why}")

    def _silent(self, why: str) -> KafkaUnavailableError:
        start = "start one (`tocsin broker`) or " if self._security == KafkaSecurity() else ""
        return KafkaUnavailableError(f"no Kafka broker answers at {self.address} ({why}); {start}correct kafka.brokers")


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or address.endswith("]") or (address.count(":") > 1 and not address.startswith("[")):
        return address.strip("[]"), _PORT
    return host.strip("[]"), int(port)
