"""One node of Apache Kafka that lets in only whom it knows: over TLS, with a password, a token or a certificate."""

import base64
import json
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from streams.kafka.broker.embedded import free_port
from streams.kafka.security import KafkaSecurity
from tests.kafka.apache_kafka import ApacheKafka
from tests.kafka.certificates import Certificates

PASSWORD = "correct horse=battery"
"""With signs that SCRAM and Java's configuration write in their own way."""
USER, NOBODY = "tocsin", "nobody"
"""Who may do everything, and who may do nothing."""
AUDIENCE = "kafka"
_KEY_ID = "tests"

_PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},SASL_SSL://127.0.0.1:{sasl_ssl},\
SSL://127.0.0.1:{ssl},SASL_PLAINTEXT://127.0.0.1:{sasl_plaintext}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{controller},\
SASL_SSL://localhost:{sasl_ssl},SSL://localhost:{ssl},SASL_PLAINTEXT://localhost:{sasl_plaintext}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,\
SASL_PLAINTEXT:SASL_PLAINTEXT
inter.broker.listener.name=PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:tocsin
ssl.keystore.type=PEM
ssl.keystore.location={folder}/certificates/server.all.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/certificates/ca.pem
ssl.principal.mapping.rules=RULE:^.*CN=([^,]+).*$/$1/
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl_plaintext.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_tocsin="{password}";
listener.name.sasl_ssl.oauthbearer.sasl.jaas.config=\
org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
listener.name.sasl_ssl.oauthbearer.sasl.server.callback.handler.class=\
org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler
listener.name.sasl_ssl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=file://{folder}/jwks.json
listener.name.sasl_ssl.oauthbearer.sasl.oauthbearer.expected.audience=kafka
"""


class SecuredKafka(ApacheKafka):
    """A node with a listener for each way in, all of whose certificates are of ``localhost``.

    Parameters
    ----------
    folder
        For its data, configuration and log, and for ``certificates/``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.certificates = folder / "certificates"

    def broker(self, protocol: str) -> str:
        """Return the address of a listener."""
        return f"localhost:{json.loads((self.folder / 'ports.json').read_text())[protocol.lower()]}"

    @property
    def ca(self) -> str:
        """Who signs, in PEM."""
        return (self.certificates / "ca.pem").read_text()

    def scram(self, user: str = USER, mechanism: str = "SCRAM-SHA-512") -> KafkaSecurity:
        """Return how a user is let in with a password over TLS."""
        return KafkaSecurity(
            protocol="SASL_SSL", mechanism=mechanism, username=user, password=PASSWORD, ca=self.ca
        )  # fmt: skip

    def mtls(self, name: str = "tocsin") -> KafkaSecurity:
        """Return how the client is let in that has a certificate; ``late`` has expired, ``others/…`` is of others."""
        return KafkaSecurity(
            protocol="SSL",
            ca=self.ca,
            certificate=(self.certificates / f"{name}.pem").read_text(),
            key=(self.certificates / f"{name}.key").read_text(),
            key_password=PASSWORD,
        )

    def token(self, life_s: float = 300.0, audience: str = AUDIENCE) -> str:
        """Return a token that the node believes."""
        key = serialization.load_pem_private_key((self.folder / "jwt.key").read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        now = int(time.time())
        claims = {"sub": USER, "aud": audience, "iat": now, "exp": now + int(life_s)}
        signed = ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": _KEY_ID}, claims))
        return f"{signed}.{_base64(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def further_properties(self, port: int, controller: int) -> str:
        """Say how it lets clients in; makes what that needs."""
        made = Certificates(self.certificates)
        made.issue("server")
        made.issue("tocsin", password=PASSWORD)
        made.issue("late", password=PASSWORD, expired=True)
        Certificates(self.certificates / "others").issue("tocsin", password=PASSWORD)
        self._make_token_key()
        ports = {name: free_port() for name in ("sasl_ssl", "ssl", "sasl_plaintext")}
        (self.folder / "ports.json").write_text(json.dumps(ports))
        return _PROPERTIES.format(
            plain=port,
            controller=controller,
            folder=self.folder,
            password=PASSWORD,
            **ports,
        )

    def further_java(self) -> list[str]:
        """Return options of Java: where it may read keys of tokens."""
        return [f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://{self.folder}/jwks.json"]

    def further_storage(self) -> list[str]:
        """Return the users with a password."""
        users = [(user, mechanism) for user in (USER, NOBODY) for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")]
        return [
            part
            for user, mechanism in users
            for part in ("--add-scram", f'{mechanism}=[name={user},password="{PASSWORD}"]')
        ]

    def _make_token_key(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = key.public_key().public_numbers()
        public = {"kty": "RSA", "kid": _KEY_ID, "use": "sig", "alg": "RS256"}
        public |= {
            name: _base64(n.to_bytes((n.bit_length() + 7) // 8)) for name, n in (("n", numbers.n), ("e", numbers.e))
        }
        (self.folder / "jwks.json").write_text(json.dumps({"keys": [public]}))
        (self.folder / "jwt.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
