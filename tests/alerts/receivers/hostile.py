"""Posts as hostile strangers write them, and what must be true of whatever is shown of them."""

import re
import unicodedata
from random import Random
from typing import Any

from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery, Purpose
from alerts.incidents.incident import Incident
from alerts.wording.foreign_text import web_address
from detectors.post import Post
from detectors.verdict import Concentration, Evidence, Term
from tests.alerts.receivers.outbreak import EVIDENCE, NOTIFIED, OVER, TAKEN, WORSE, then, told

INJECTIONS = (
    "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\u2028", "\u2029", "\x85", "\r\n", "\n", "\x00", "\x1b[2J",
    "\ud800",
    "\U000e0041", "<!channel>", "<https://evil.example|bank>", "<@U1>", "*", "~", "`", "&", "&amp;", "|", ">", "]]>",
    "-->",
    "<script>", "</blockquote>", "\"'", "\r\nBcc: all@example.org", "\r\n.\r\n", "%0d%0a", "file:///etc/passwd", "FILE://x/y",
    "http://user:pw@bank.example/", "https://bank.example@evil.example", "javascript:alert(1)", "data:text/html,x",
    "\\\\evil.example\\share", "smb://evil.example/x", "http://[", "http://[::1]:99999/", "https://аpple.com/", "http:///",
    "ข่าว" * 90, "😡" * 200, "Z" + "\u0335" * 60, "\u200d" * 30, " " * 50, "{{ 7 * 7 }}", "%s%n", "\u3164",
    "\ufe0f", "¼½",
    "https://example.org/" + "ก" * 325, "https://example.org/?q=" + "&" * 1900, "https://example.org/" + "a" * 2020,
    "\ue000", "\ue001", "\ue002", "\ue0001310479080.000\ue001clock\ue001<b>now</b>\ue002",
    "https://good.example/a_(b)", "https://sub.example.co.uk:8443/x#y",
)  # fmt: skip
TIMES = (0.0, 1.3e9, -1e300, 1e300, -62135596800.0, 253402300800.0, float("nan"))
STAGES: tuple[tuple[Incident, Purpose], ...] = (
    (NOTIFIED, "page"), (WORSE, "page"), (TAKEN, "acknowledged"), (OVER, "resolved"), (NOTIFIED, "update"),
)  # fmt: skip


class Stranger:
    """Writes hostile text, posts and incidents; the same of the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.texts = 0

    def text(self) -> str:
        self.texts += 1
        dice = self.dice
        parts = [
            dice.choice(INJECTIONS) if dice.random() < 0.6 else self._noise()
            for _ in range(dice.choice((0, 1, 1, 2, 5)))
        ]
        return "".join(parts)

    def _noise(self) -> str:
        dice = self.dice
        top = dice.choice((0x80, 0x800, 0x3000, 0x10000, 0x110000))
        return "".join(chr(dice.randrange(top)) for _ in range(dice.randrange(12)))

    def post(self) -> Post:
        dice = self.dice
        return Post(
            # What could not be encoded came through no Kafka.
            id=self.text().encode(errors="ignore").decode() or "p",
            published=dice.choice(TIMES),
            content=self.text(),
            source=self.text(),
            url=dice.choice(INJECTIONS) if dice.random() < 0.7 else self.text(),
            author=self.text(),
            author_name=self.text(),
            followers=dice.choice((0, 1, 2**63 - 1)),
            language=self.text(),
            tags=(self.text(),),
            negativity=dice.choice((None, 0.0, 1.0)),
        )

    def terms(self) -> tuple[Term, ...]:
        dice = self.dice
        return tuple(Term(text=self.text(), share=dice.random(), weight=1e9) for _ in range(dice.randrange(3)))

    def delivery(self) -> Delivery:
        """Return a delivery in which all that strangers, and people with a link, can write is hostile."""
        dice = self.dice
        base, purpose = dice.choice(STAGES)
        noted = then(base, "note", 9, by=self.text(), note=self.text()) if dice.random() < 0.5 else base
        evidence = Evidence(
            phrases=self.terms(),
            hashtags=self.terms(),
            authors=self.terms(),
            links=self.terms(),
            sources=self.terms(),
            amplifiers=self.terms(),
            concentration=Concentration(
                authors=dice.choice((0, 1, 10**9)),
                loudest_author=self.text(),
                loudest_source=self.text(),
                repeated_text=self.text(),
                rings_without_loudest_author=dice.random() < 0.5,
                rings_without_repeated_text=dice.random() < 0.5,
                rings_without_loudest_source=dice.random() < 0.5,
            ),
            posts=tuple(self.post() for _ in range(dice.randrange(4))),
            chart=EVIDENCE.chart if dice.random() < 0.1 else (),
            unscored_share=dice.random(),
        )
        reason, why, who = self.text(), self.text(), self.text()
        return told(replace(noted, evidence=evidence, reason=reason, severity_reason=why, acknowledged_by=who), purpose)


def strings(value: Any) -> list[str]:
    """Return all text of a JSON value, keys too."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for text in strings(pair)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in strings(each)]
    return []


_HIDDEN = re.compile(
    "["
    + "".join(
        re.escape(char)
        for char in map(chr, range(0x110000))
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        and char not in "\u200c\u200d"
        and not "\ud800" < char < "\udfff"
    ).replace("\ud800\udfff", "\ud800-\udfff")
    + "]"
)
_BODY = r"[^\s|<>`\"“”‘’«»]"
_LINKED = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*://{_BODY}*|\bfile:{_BODY}+|\\\\{_BODY}+", re.IGNORECASE)


def complaints(text: str, *, lines: bool = False) -> list[str]:
    """Return what must reach nobody: hidden and bidi characters, line breaks, addresses that may not be linked to.

    Parameters
    ----------
    lines
        Whether the text is of several lines of ours.
    """
    found = [f"U+{ord(char):04X}" for char in _HIDDEN.findall(text) if not (lines and char == "\n")]
    addresses = [match.rstrip(".,;:!?…)]}'&") for match in _LINKED.findall(text)]
    # One that was cut right after its scheme leads nowhere.
    found += [each for each in addresses if not web_address(each) and not each.endswith("//")]
    return found
