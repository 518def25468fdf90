"""Certificates and keys in PEM, as people have them, to what Python's ``ssl`` takes."""

import re
import ssl
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from streams.errors import StreamsError

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
_CERTIFICATES = frozenset({"CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"})


class TlsError(StreamsError):
    """Certificates or keys that cannot be used.

    Parameters
    ----------
    field
        Which: ``ca``, ``certificate``, ``key`` or ``key_password``.
    detail
        What is wrong, and what to do.
    """

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class ClientContext(ssl.SSLContext):
    """How a client encrypts, and whom it trusts, from the next connection on.

    Clients keep the context that they were made with for as long as they live. This one begins each connection by what
    ``renew`` was told last, so that certificates may change under them.
    """

    _now: ssl.SSLContext

    @classmethod
    def begin(cls, inner: ssl.SSLContext) -> "ClientContext":
        """Return a context that begins connections as ``inner`` does."""
        made = cls(ssl.PROTOCOL_TLS_CLIENT)
        made.use(inner)
        return made

    def use(self, inner: ssl.SSLContext) -> None:
        """Begin connections as ``inner`` does; those that are open stay as they are."""
        self._now = inner
        # For libraries that look before they connect.
        self.check_hostname, self.verify_mode = inner.check_hostname, inner.verify_mode
        self.verify_flags = inner.verify_flags

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """As ``ssl.SSLContext``."""
        return self._now.wrap_socket(*args, **options)

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """As ``ssl.SSLContext``."""
        return self._now.wrap_bio(*args, **options)

    def get_ca_certs(self, binary_form: bool = False) -> Any:  # noqa: FBT001, FBT002 - as in the standard library
        """As ``ssl.SSLContext``."""
        return self._now.get_ca_certs(binary_form)

    def cert_store_stats(self) -> dict[str, int]:
        """As ``ssl.SSLContext``."""
        return self._now.cert_store_stats()


@cache
def client_context(
    ca: str = "",
    certificate: str = "",
    key: str = "",
    key_password: str = "",
    *,
    check_hostname: bool = True,
    whose: str = "",
) -> ClientContext:
    """Return how a client encrypts, and whom it trusts; the same object for equal settings, as ``renew`` left it.

    Parameters
    ----------
    ca
        PEM of one or several certificates; what they have signed is trusted, and nothing else. Where it is empty, what
        the system trusts.
    certificate, key, key_password
        PEM of the client's own certificate with its chain, and of its key, which may stand with the certificate.
    check_hostname
        Whether the server's certificate must be of the name that was asked for.
    whose
        Tells those apart that ask alike and are renewed each by itself.

    Raises
    ------
    TlsError
        Where one of them cannot be used.
    """
    del whose
    return ClientContext.begin(_built(ca, certificate, key, key_password, check_hostname=check_hostname))


def renew(before: ClientContext, after: ClientContext) -> None:
    """Let those who hold a context begin their connections as another one does from now on."""
    if before is not after:
        before.use(after._now)  # noqa: SLF001 - one of ours


def _built(ca: str, certificate: str, key: str, key_password: str, *, check_hostname: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = check_hostname
    if ca:
        _trust(context, ca)
    else:
        context.load_default_certs()
    if certificate or key:
        _identify(context, certificate, key, key_password)
    return context


def certificates_in(pem: str) -> list[str]:
    """Return the certificates of a PEM, a block each, in their order."""
    return [block for label, block in _blocks(pem) if label in _CERTIFICATES]


def _trust(context: ssl.SSLContext, ca: str) -> None:
    certificates = certificates_in(ca)
    if not certificates:
        raise TlsError("ca", f"holds no certificate in PEM (-----BEGIN CERTIFICATE-----){_what_is_there(ca)}")
    for number, block in enumerate(certificates, 1):
        try:
            context.load_verify_locations(cadata=block)
        except (ssl.SSLError, ValueError) as error:
            which = f"certificate {number} of {len(certificates)}" if len(certificates) > 1 else "the certificate"
            raise TlsError("ca", f"{which} is damaged ({_reason(error)}); copy it whole, with its first and last line"
                           ) from error  # fmt: skip
    # As in a Java truststore: whatever stands there is trusted, be it a root or not.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _identify(context: ssl.SSLContext, certificate: str, key: str, key_password: str) -> None:
    chain = certificates_in(certificate)
    keys = [block for label, block in _blocks(key or certificate) if label.endswith("PRIVATE KEY")]
    if not certificate:
        raise TlsError("certificate", "a key is set, and no certificate to go with it; set it as well")
    if not chain:
        swapped = "; are certificate and key exchanged?" if _labels(certificate) else ""
        raise TlsError("certificate", f"holds no certificate in PEM{_what_is_there(certificate)}{swapped}")
    if not keys and not key:
        raise TlsError("key", "the certificate has no key; set it, or put both into one file")
    if not keys:
        raise TlsError("key", f"holds no private key in PEM (-----BEGIN PRIVATE KEY-----){_what_is_there(key)}")
    asked: list[bool] = []

    def password() -> str:
        # Without it OpenSSL would ask at the terminal.
        asked.append(True)
        return key_password

    # OpenSSL reads its own certificate from files alone.
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        chain_file, key_file = Path(folder) / "chain", Path(folder) / "key"
        chain_file.write_text("\n".join(chain) + "\n", encoding="ascii")
        key_file.touch(mode=0o600)
        key_file.write_text(keys[0] + "\n", encoding="ascii")
        try:
            context.load_cert_chain(chain_file, key_file, password)
        except (ssl.SSLError, ValueError, OSError) as error:
            raise _refused_pair(error, is_encrypted=bool(asked), has_password=bool(key_password)) from error


def _refused_pair(error: Exception, *, is_encrypted: bool, has_password: bool) -> TlsError:
    reason = _reason(error)
    if "KEY_VALUES_MISMATCH" in reason or "KEY_TYPE_MISMATCH" in reason:
        return TlsError("key", "is not the key of the certificate; they must have been made together")
    if is_encrypted and not has_password:
        return TlsError("key", "is encrypted; set its password")
    if is_encrypted:
        return TlsError("key_password", "does not open the key")
    return TlsError("key", f"cannot be used with its certificate ({reason})")


def _blocks(pem: str) -> list[tuple[str, str]]:
    """Return the blocks of a PEM with their labels, indented or with other line ends as it may be."""
    # An environment variable often holds backslash and n for a line's end.
    text = pem.replace("\\n", "\n") if "-----BEGIN" in pem else pem
    text = "\n".join(line.strip() for line in text.splitlines())
    return [(match[1], match[0]) for match in _BLOCK.finditer(text)]


def _labels(pem: str) -> list[str]:
    return sorted({label.lower() for label, _ in _blocks(pem)})


def _what_is_there(pem: str) -> str:
    if labels := _labels(pem):
        return f"; what stands there is a {' and a '.join(labels)}"
    if "-----BEGIN" in pem:
        return "; its last line, -----END …-----, is missing: was it cut?"
    if len(pem) < 512 and "\n" not in pem and ("/" in pem or pem.endswith((".pem", ".crt", ".cer", ".key"))):
        return "; for a file, append _file to the setting's name"
    return ""


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or str(error) or type(error).__name__
