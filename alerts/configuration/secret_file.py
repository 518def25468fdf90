"""What stands in a file that a setting's ``…_file`` names: a secret, a certificate, a key."""

from pathlib import Path

_MOST_BYTES = 1_048_576
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_JKS, _JCEKS = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
_PKCS12 = b"\x02\x01\x03"
"""The version with which a PKCS #12 begins, behind the header of its sequence."""
_LONG = range(0x80, 0x85)
"""How the length of a sequence begins that is longer than a line; after ``0`` it is no UTF-8."""


def read_secret(folder: Path, file: str) -> str:
    """Return what a file holds, without the white space around it.

    A mark of UTF-8 or UTF-16, as editors and shells on Windows put it, is no part of it.

    Parameters
    ----------
    folder
        What a relative path begins at.
    file
        As it stands in the configuration.

    Raises
    ------
    ValueError
        Saying what is wrong with the file, and what to do; never what it holds.
    """
    path = folder / file
    try:
        with path.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a NUL in the path is a ValueError
        why = getattr(error, "strerror", None) or error
        raise ValueError(f"cannot read {file}: {why}; name a file that this user may read") from error
    if len(data) > _MOST_BYTES:
        raise ValueError(f"{file} is larger than a secret can be; name another file")
    text = _text(file, data).strip()
    if not text:
        raise ValueError(f"{file} is empty; put the secret there")
    return text


def _text(file: str, data: bytes) -> str:
    if data.startswith((_JKS, _JCEKS)):
        raise ValueError(
            f"{file} is a Java keystore, but PEM is needed; convert it to PKCS #12 and then to PEM: "
            f"keytool -importkeystore -srckeystore {file} -destkeystore store.p12 -deststoretype PKCS12, and {_TO_PEM}"
        )
    if data[:1] == b"\x30" and data[1:2] and data[1] in _LONG:
        if _PKCS12 in data[:9]:
            raise ValueError(
                f"{file} is a PKCS #12 keystore, but PEM is needed; {_TO_PEM.replace('store.p12', file)} "
                "(a truststore: add -nokeys)"
            )
        raise ValueError(
            f"{file} is DER, but PEM is needed; openssl x509 -inform DER -in {file} -out {file}.pem "
            "(a key: openssl pkey -inform DER)"
        )
    try:
        return data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"cannot read {file}: it is not UTF-8 text; save it as UTF-8") from error


_TO_PEM = "openssl pkcs12 -in store.p12 -out store.pem -nodes"
