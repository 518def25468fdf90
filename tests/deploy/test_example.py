"""The example configuration works as soon as the secrets are there, and the manual says how to make each of them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy" / "tocsin.example.yml"
SECRETS = {
    "link-keys": "a-signing-key-of-thirty-two-letters\n",
    "mentions-webhook": "whsec_c2ltdWxhdGVkLWluYm94LW9ubHktMzItYnl0ZXM=\n",
    "slack-token": "xoxb-1\n",
    "slack-signing": "8f742231b10e8888abcd99yyyzzz85a5\n",
    "pagerduty": "0123456789abcdef0123456789ABCDEF\n",
    "smtp-password": "password\n",
    "dead-man-url": "https://hc-ping.example/00000000-0000-4000-8000-000000000000\n",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secrets").mkdir()
    text = EXAMPLE.read_text().replace("/run/secrets", str(tmp_path / "secrets"))
    (tmp_path / "tocsin.yml").write_text(text)
    return tmp_path


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tocsin", "check", "--offline", "--config", str(folder / "tocsin.yml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_is_right_once_the_secrets_are_there(folder):
    for name, secret in SECRETS.items():
        (folder / "secrets" / name).write_text(secret)

    done = check(folder)

    assert (done.returncode, done.stderr) == (0, "")
    notes = [line for line in done.stdout.splitlines() if line.startswith("note:")]
    assert ["Tocsin does not see acknowledgements in PagerDuty" in note for note in notes] == [True]


def test_every_secret_that_is_missing_is_named_at_once(folder):
    done = check(folder)

    assert done.returncode == 1
    assert {name for name in SECRETS if f"{folder}/secrets/{name}: No such file" in done.stderr} == SECRETS.keys()


def test_the_manual_says_how_to_make_each_secret():
    asked = set(re.findall(r"^(?!\s*#).*/run/secrets/([\w-]+)", EXAMPLE.read_text(), re.MULTILINE))
    made = set(re.findall(r"> secrets/([\w-]+)", (ROOT / "docs" / "operating.md").read_text()))

    assert asked == SECRETS.keys()
    assert asked <= made
