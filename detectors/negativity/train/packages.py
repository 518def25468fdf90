"""Files in downloaded packages, read where they lie: nothing of these is installed or run."""

import tarfile
import zipfile
from pathlib import Path

from detectors.errors import DetectorsError


def read_packaged(folder: Path, package: str, name: str) -> str:
    """Return a text file out of a downloaded package, a wheel or a source archive.

    Parameters
    ----------
    folder
        Where the packages lie.
    package
        How the package's file name begins, in any case.
    name
        How the file's own path ends.

    Raises
    ------
    DetectorsError
        Where there is no such package or file.
    """
    wanted = package.lower()
    for path in sorted(folder.glob("*")):
        if not path.name.lower().startswith(wanted):
            continue
        try:
            data = _of_wheel(path, name) if path.suffix == ".whl" else _of_archive(path, name)
        except (OSError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise DetectorsError(f"{path}: cannot be read as a package ({error})") from error
        if data is not None:
            return data.decode("utf-8-sig", errors="replace")
    raise DetectorsError(f"{folder}: no package {package}* with a file {name}; docs/negativity.md says how to get it")


def _of_wheel(path: Path, name: str) -> bytes | None:
    with zipfile.ZipFile(path) as archive:
        found = next((each for each in archive.namelist() if each.endswith(name)), None)
        return archive.read(found) if found is not None else None


def _of_archive(path: Path, name: str) -> bytes | None:
    with tarfile.open(path) as archive:
        found = next((each for each in archive.getmembers() if each.name.endswith(name)), None)
        file = archive.extractfile(found) if found is not None else None
        return file.read() if file is not None else None
