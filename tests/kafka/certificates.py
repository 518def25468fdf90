"""Certificates for tests: an authority with what it has signed, in PEM."""

import datetime as dt
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Certificates:
    """One authority, and what is made with it.

    Parameters
    ----------
    folder
        Where the files are put: ``ca.pem``, and for each name ``NAME.pem`` (certificate), ``NAME.key`` and
        ``NAME.all.pem`` (key and certificate, as Kafka takes them).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA()
        folder.mkdir(parents=True, exist_ok=True)
        self.ca = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(str(self.ca))

    def issue(self, name: str, *hosts: str, password: str = "", expired: bool = False) -> Path:
        """Make a certificate and its key; return where both stand."""
        made = self.authority.issue_cert(
            *(hosts or ("localhost", "127.0.0.1")),
            common_name=name,
            not_before=LONG_AGO if expired else None,
            not_after=LONG_AGO + dt.timedelta(days=1) if expired else None,
        )
        certificate = b"".join(blob.bytes() for blob in made.cert_chain_pems)
        key = serialization.load_pem_private_key(made.private_key_pem.bytes(), None).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption(),
        )
        (self.folder / f"{name}.pem").write_bytes(certificate)
        (self.folder / f"{name}.key").write_bytes(key)
        both = self.folder / f"{name}.all.pem"
        both.write_bytes(key + certificate)
        return both
