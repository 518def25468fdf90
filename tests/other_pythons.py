"""The product on the other Pythons that it says it runs on: ``python -m tests.other_pythons``.

Each gets an environment of its own from the same lock, under ``.venv/pythons``, and runs there what needs no server of
the system. ``make test`` is of one Python; what differs between them shows in imports, in asyncio and in wheels that
are missing, and needs no browser to be seen.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".venv" / "pythons"
PYTHONS = ("3.11", "3.12", "3.13")
LOCKS = ("requirements-dev.lock", "requirements-build.lock")
LEFT_OUT = ("kafka", "browser", "prometheus", "compose", "kcat")
"""Markers of tests that need a server or a program of the system: these run on the first Python alone."""
TRIED = ("tests", "detectors", "streams", "alerts")


def interpreter(python: str) -> Path | None:
    """Return the interpreter of a version such as ``3.12``, on the PATH or the newest of pyenv's, or None."""
    on_path = shutil.which(f"python{python}")
    if on_path and _runs(Path(on_path), python):  # pyenv's shim is there for all versions
        return Path(on_path)
    installed = (Path.home() / ".pyenv" / "versions").glob(f"{python}.*/bin/python")
    return max(installed, key=lambda path: [int(part) for part in path.parts[-3].split(".")], default=None)


def _runs(path: Path, python: str) -> bool:
    """Return whether an interpreter starts, and is of this version."""
    command = [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip() == python)


def make_environment(python: str, found: Path) -> Path:
    """Install the lock for an interpreter, and return the environment's own.

    Raises
    ------
    CalledProcessError
        A package of the lock cannot be had for it.
    """
    home = ENVIRONMENTS / python
    own = home / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--clear", "--python", str(found), str(home)], check=True)
    subprocess.run([*uv, "pip", "sync", "--python", str(own), "--require-hashes", *LOCKS], cwd=ROOT, check=True)
    install = [*uv, "pip", "install", "--python", str(own), "--no-deps", "--no-build-isolation", "--editable", "."]
    subprocess.run(install, cwd=ROOT, check=True)
    return own


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Try each Python that is installed and is not this one; name those that are not."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    left_out, failed = [], []
    for python in PYTHONS:
        if python == this:
            continue
        found = interpreter(python)
        if found is None:
            left_out.append(python)
            continue
        _say(f"Python {python} ({found})")
        own = make_environment(python, found)
        subprocess.run([str(own), "-m", "alerts.cli.warm_up"], cwd=ROOT, check=True)
        markers = " and ".join(f"not {marker}" for marker in LEFT_OUT)
        command = [str(own), "-m", "pytest", "-q", "-m", markers, *TRIED, *sys.argv[1:]]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(python)
    if left_out:
        _say(f"NOT tried: Python {', '.join(left_out)}, which {'is' if len(left_out) == 1 else 'are'} not installed")
    if failed:
        _say(f"fails with Python {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
