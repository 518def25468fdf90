"""``tocsin check`` on configurations that are wrong: each is named with its place, and all at once."""

import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import tocsin
from alerts.configuration.configuration import read_configuration
from alerts.errors import ConfigurationError

SECRET = "whsec_c2ltdWxhdGVkLWluYm94LW9ubHktMzItYnl0ZXM="
GOOD = {
    "kafka": "kafka: {brokers: ['localhost:9092']}",
    "public_url": "public_url: https://tocsin.example.org",
    "links": "links: {keys: [a-key-of-thirty-two-characters-xx]}",
    "slack": "slack: {token: xoxb-secret, signing_secret: 8f742231b10e8888abcd99aaabbb85a5}",
    "ingest": "ingest: {bin_s: 60}",
    "web": f"web: {{port: 8080, webhook_secret: {SECRET}}}",
    "dead_man": "dead_man: {url: 'https://hc-ping.example/abc'}",
    "smtp": "smtp: {host: smtp.example.org}",
    "brands": "brands:\n  - id: northside\n    name: Northside\n    query: northside\n    policy: comms",
    "policies": "policies:\n  - id: comms\n    steps:\n      - {notify: [chat]}\n      - {after: 10m, notify: [chief]}",
    "receivers": (
        "receivers:\n  - {id: chat, slack: {channel: '#crisis'}}\n  - {id: chief, email: {to: chief@example.org}}"
    ),
}
"""Sections in which nothing is wrong, by name."""
BRAND = "brands:\n  - {{id: northside, name: {name}, query: {query}, policy: comms{more}}}"


def brand(name: str = "Northside", query: str = "northside", more: str = "") -> str:
    return BRAND.format(name=name, query=query, more=more)


def policy(steps: str, more: str = "") -> str:
    return f"policies:\n  - id: comms\n    steps: {steps}\n{more}"


MORE = GOOD["receivers"] + "\n  - "
STEPS = "[{notify: [chat]}, {after: 10m, notify: [chief]}]"
SLIPS: list[tuple[str, str, tuple[str, ...]]] = [
    # section, what stands there in place of the good one, what is said
    ("kafka", "kafka: {brokerz: [a:9092]}", ("kafka.brokerz: unknown setting; did you mean brokers?",)),
    ("kafka", "kafka: {brokers: 9092}", ("kafka.brokers: must be a list; write brokers: [first, second]",)),
    ("kafka", "kafka: {brokers: []}", ("kafka.brokers: must name at least one",)),
    ("kafka", "kafka: {partitions: 0}", ("kafka.partitions: must be from 1 to 10000; it is 0",)),
    ("kafka", "kafka: {partitions: yes}", ("kafka.partitions: must be a number; YAML reads yes as a yes (true)",)),
    ("kafka", "kafka: {partitions: 4.5}", ("kafka.partitions: must be a whole number, such as 8; it is 4.5",)),
    ("kafka", "kafka: {session_timeout_s: 900d}", ("kafka.session_timeout_s: must be from 1s to 30m; it is 900d",)),
    ("kafka", "kafka: [a, b]", ("kafka: must be a section with its own settings (", "it is a list")),
    ("kafka", "kafka:", ("kafka: has no value",)),
    ("kafka", "kafka: {group: a, group: b}", ("kafka.group: group is there twice; the first is on line",)),
    ("kafka", "kafka: {accept_replaced_topics: maybe}", ("must be true or false; it is 'maybe'",)),
    ("public_url", "public_url: tocsin.example.org", ("public_url: must be a web address that begins with https://",)),
    (
        "public_url",
        "public_url: https://me:pw@tocsin.example.org",
        ("public_url: must not contain a user or password",),
    ),
    ("public_url", "public_url: https://tocsin.example.org:99999", ("public_url: must be a web address",)),
    ("public_url", "public_url: https://tocsin.example.org/?a=b", ("public_url: must end before any ? or #",)),
    ("links", "links: {keys: [short]}", ("links.keys[0]: a key needs at least 16 characters",)),
    ("links", "links: {expire: 900d}", ("links.expire: must be from 1s to 90d; it is 900d",)),
    (
        "links",
        "links: {expire: 12:30}",
        ("links.expire: YAML reads 12:30 as 750, in base 60", "such as 90s, 10m or 4h"),
    ),
    ("links", "links: {keys_file: not-there}", ("links.keys_file: cannot read not-there: No such file",)),
    ("slack", "slack: {token: xoxb-1, signing_secret: tiny!}", ("slack.signing_secret: is too short to be Slack's",)),
    ("slack", "slack: {signing_secret: 8f742231b10e8888abcd99}", ("slack.token: is missing, and Slack needs a bot",)),
    ("slack", "slack: {token: 12345678}", ("slack.token: must be text; put it in single quotes: token: '…'",)),
    ("brands", brand(more=", peers: southsea"), ("brands[0].peers: must be a list; write peers: [first, second]",)),
    ("brands", brand(more=", peers: [northside]"), ("brands[0].peers[0]: northside is the brand itself; name the",)),
    (
        "brands",
        brand(more=", peers: [southsea]") + "\n  - {id: south-sea, name: S, query: s, policy: comms}",
        ("brands[0].peers[0]: there is no brand named southsea; did you mean south-sea?", "a peer must be watched"),
    ),
    (
        "brands",
        brand(more=", peers: [two, two]") + "\n  - {id: two, name: Two, query: two, policy: comms}",
        ("brands[0].peers[1]: two is named twice; remove one of them",),
    ),
    ("brands", brand(more=", peers: [South Sea]"), ("brands[0].peers[0]: may hold lower-case letters, digits and",)),
    ("brands", brand(more=", peers: [no]"), ("brands[0].peers[0]: must be text; YAML reads no as a no (false)",)),
    ("ingest", "ingest: {lateness_s: -5}", ("ingest.lateness_s: must be from 0 to 86400; it is -5",)),
    ("ingest", "ingest: {bin_s: 010}", ("ingest.bin_s: YAML reads 010 as 8, in octal", "without the leading zero")),
    ("ingest", "ingest: {flush_s: 0}", ("ingest.flush_s: must be from 0.05s to 1m; it is 0s",)),
    (
        "ingest",
        "ingest: {flush_s: soon}",
        ("ingest.flush_s: 'soon' is no duration; write seconds, or a number with s",),
    ),
    ("ingest", "ingest: {flush_s: .inf}", ("ingest.flush_s: inf is no duration",)),
    ("ingest", "ingest:\n\tbin_s: 60", ("ingest: not YAML, column 1: a tab where YAML needs spaces",)),
    ("ingest", "ingest: {bin_s: 60", ("ingest: not YAML", "a bracket is opened and never closed")),
    ("web", "web: {port: 99999}", ("web.port: must be from 0 to 65535; it is 99999",)),
    ("web", "web: {port: http}", ("web.port: must be a whole number, such as 8; it is 'http'",)),
    ("web", "web: {webhook_secret: tiny!}", ("web.webhook_secret: must be 24 to 64 bytes in base64; make one with",)),
    ("web", "web: {host: 'http://0.0.0.0'}", ("web.host: must be an address without http:// and port",)),
    ("web", "web: {port: 9102}", ("metrics.web_port: is 9102, where the pages are",)),
    ("web", "web: {security_contact: nobody}", ("web.security_contact: must be a mail address or one that begins",)),
    ("dead_man", "dead_man: {every: 1m}", ("dead_man.url: is missing; add it",)),
    ("dead_man", "dead_man: {url: 'hc-ping.example/abc'}", ("dead_man.url: must be a web address without spaces",)),
    ("dead_man", "dead_man: {url: 'https://a.example', every: 10s}", ("dead_man.every: must be from 1m to 1h",)),
    ("smtp", "smtp: {security: ssl}", ("smtp.security: must be tls, starttls or none; it is 'ssl'",)),
    ("smtp", "smtp: {sender: nobody}", ("smtp.sender: must be one mail address, such as tocsin@example.org",)),
    ("smtp", "smtp:\n  password: abc #def", ("smtp.password: YAML reads what follows # as a comment",)),
    ("smtp", "smtp: {host: !env HOST}", ("smtp.host: !env means nothing here",)),
    ("brands", brand(name="no"), ("brands[0].name: must be text; YAML reads no as a no (false)", "quotes: 'no'")),
    ("brands", brand(name="2024"), ("brands[0].name: must be text; YAML reads 2024 as a number",)),
    ("brands", brand(name="2024-05-01"), ("brands[0].name: must be text; YAML reads 2024-05-01 as a date",)),
    ("brands", brand(name="''"), ("brands[0].name: must not be empty",)),
    ("brands", brand(name="N" * 300), ("brands[0].name: may have at most 200 characters", "(300 characters)")),
    ("brands", brand(query="'a AND ('"), ("brands[0].query: at character 8 of 'a AND ('",)),
    ("brands", brand(query="yes"), ("brands[0].query: must be text; put the whole query in single quotes",)),
    ("brands", brand(more=", floor: 8000000"), ("brands[0].floor: must be from 1 to 1000000; it is 8000000",)),
    ("brands", brand(more=", false_pages_per_week: 0"), ("must be above 0 and at most 50; it is 0",)),
    ("brands", brand(more=", false_pages_per_week: .nan"), ("brands[0].false_pages_per_week: must be",)),
    (
        "brands",
        brand(more=", languages: [Englsh]"),
        ("brands[0].languages[0]: 'Englsh' is no language; did you mean en",),
    ),
    ("brands", brand().replace("id: northside", "id: Northside!"), ("brands[0].id: may hold lower-case letters",)),
    (
        "brands",
        brand().replace("policy: comms", "policy: commz"),
        ("brands[0].policy: there is no policy named commz",),
    ),
    (
        "brands",
        "brands:\n  - id:northside",
        ("brands[0]: must be a section", "put a space after the colon: id: north"),
    ),
    ("brands", "brands: {id: northside}", ("brands: must be a list; start each item on its own line with `- `",)),
    (
        "brands",
        brand() + "\n  - {id: northside, name: N, query: n, policy: comms}",
        ("northside is taken by brands[0]",),
    ),
    (
        "brands",
        "brands:\n  - id: a\n    name: A: B\n    query: q",
        ("brands: not YAML", "a colon in the wrong place"),
    ),
    ("brands", "brands:\n  - id: a\n   name: A\n    query: q", ("brands: not YAML", "starts in another column")),
    (
        "brands",
        "brands:\n  - id: a\n    name: 'A\n    query: q",
        ("brands: not YAML", "a quotation mark is opened and never"),
    ),
    ("policies", policy("[{notify: [chatt]}]"), ("policies[0].steps[0].notify[0]: there is no receiver named chatt",)),
    ("policies", policy("[{notify: chat}]"), ("policies[0].steps[0].notify: must be a list; write notify: [first",)),
    ("policies", policy("[{notify: []}]"), ("policies[0].steps[0].notify: must name at least one",)),
    (
        "policies",
        policy("[{notify: [chat]}, {after: 900d, notify: [chief]}]"),
        ("steps[1].after: must be from 0s to 7d",),
    ),
    ("policies", policy("[{notify: [chat]}, {after: -5, notify: [chief]}]"), ("steps[1].after: -5 is no duration",)),
    ("policies", policy(STEPS, "    repeat: 1000"), ("policies[0].repeat: must be from 0 to 20; it is 1000",)),
    ("policies", policy(STEPS, "    acknowledgement_expires: 0"), ("acknowledgement_expires: must be from 1s to 7d",)),
    (
        "policies",
        policy(STEPS, "    cooldown: 6h"),
        ("policies[0].cooldown: unknown setting; did you mean cool_down?",),
    ),
    ("policies", policy("5"), ("policies[0].steps: must be a list",)),
    (
        "sources",
        "sources:\n  - {id: b, bluesky: {proof: {account: a.example, password: p, everry: 1h}}}",
        ("sources[0].bluesky.proof.everry: unknown setting; did you mean every?",),
    ),
    ("receivers", MORE + "{id: r}", ("receivers[2]: needs exactly one kind of",)),
    ("receivers", MORE + "{id: r, pigeon: {}}", ("receivers[2].pigeon: there is no kind of receiver",)),
    ("receivers", MORE + "{id: r, email: me@x}", ("receivers[2].email: must be a section with to",)),
    ("receivers", MORE + "{id: r, email: {to: me}}", ("receivers[2].email.to: must be one mail address",)),
    ("receivers", MORE + "{id: r, slack: {channel: crisis}}", ("slack.channel: must be a channel's name",)),
    ("receivers", MORE + "{id: r, slack: {channel: #crisis\n  }}", ("YAML takes '#crisis' for a comment",)),
    ("receivers", MORE + "{id: r, pagerduty: {routing_key: abc}}", ("an integration key has 32 letters",)),
    ("receivers", MORE + "{id: r, pagerduty: {}}", ("receivers[2].pagerduty.routing_key: is missing",)),
    ("receivers", MORE + "{id: r, webhook: {url: x, secret: y}}", ("receivers[2].webhook.url: must be a web",)),
]
STRAY = [
    "",
    "\t",
    ":",
    " #",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "- ",
    "\n",
    "\n\n  ",
    "? ",
    "\\",
    "\x07",
    "é",
    ": [",
    "web:\n",
]
STRAY_VALUES = [
    None, True, 0, -1, 1.5, "", "x", [], {}, [1], {"a": 1}, [[1]], [{"id": 1}], "no:thing", float("nan"), float("inf"),
    10**30, "2026-01-01", ["a"], {"id": "a"}, "https://[", "a" * 5000, {1: 2}, "12:30", {"id": "a", "email": None},
]  # fmt: skip
PYTHON = re.compile(
    r"Traceback|Input should|pydantic|tuple|NoneType|\bdict\b|\bstr\b|\bint\b|\\d|\[a-z|pattern|valid |Error|<class",
    re.ASCII,
)


def written(folder: Path, slips: dict[str, str]) -> Path:
    path = folder / "tocsin.yml"
    path.write_text("\n".join((GOOD | slips).values()) + "\n", encoding="utf-8")
    return path


def checked(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        tocsin.main(["check", "--offline", "--config", str(path)])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


@pytest.fixture
def bare(monkeypatch):
    """Without what the environment of the tests says."""
    for name in [name for name in os.environ if name.startswith("TOCSIN_")]:
        monkeypatch.delenv(name)


def test_the_sections_that_the_others_are_made_of_are_good(bare, tmp_path, capsys):
    code, out, err = checked(written(tmp_path, {}), capsys)

    assert (code, err) == (0, "")
    assert "warning" not in out
    assert out.endswith("all is well\n")


@pytest.mark.parametrize(("section", "text", "expected"), SLIPS, ids=[f"{s[0]}-{i}" for i, s in enumerate(SLIPS)])
def test_what_is_wrong_is_named_with_its_place_and_what_to_do(bare, tmp_path, capsys, section, text, expected):
    path = written(tmp_path, {section: text})

    code, _, err = checked(path, capsys)

    assert code == 1
    assert all(words in err for words in expected), err
    assert not PYTHON.search(err), err
    named = err.removeprefix("tocsin: ").splitlines()
    assert all(re.match(rf"{re.escape(str(path))}:\d+: ", line) for line in named), err


@given(data=st.data())
def test_all_that_is_wrong_in_several_sections_is_named_in_one_run(tmp_path_factory, data):
    sections = data.draw(st.sets(st.sampled_from(sorted(GOOD)), min_size=2))
    chosen = {
        section: data.draw(st.sampled_from([s for s in SLIPS if s[0] == section])) for section in sorted(sections)
    }
    # Where a section cannot be read at all, nothing is known of what others name in it.
    path = written(tmp_path_factory.mktemp("several"), {section: slip[1] for section, slip in chosen.items()})

    read = read_configuration(path, {})

    said = "\n".join((*read.mistakes, *read.unready))
    for section, (_, _, expected) in chosen.items():
        assert all(words in said for words in expected), (section, said)


@pytest.mark.parametrize(
    ("slips", "expected"),
    [
        (
            {"slack": "slack: {token: xoxb-1}"},
            "slack.signing_secret: is not set, so the buttons in Slack will not work",
        ),
        (
            {"policies": policy("[{after: 10m, notify: [chat]}, {after: 5m, notify: [chief]}]")},
            "policies[0].steps[0].after: nobody is notified for 10m",
        ),
        ({"policies": policy("[{notify: [chat]}]")}, "receivers[1].id: no policy names the receiver chief"),
        (
            {"policies": GOOD["policies"] + "\n  - {id: night, steps: [{notify: [chief]}]}"},
            "policies[1].id: no brand names the policy night",
        ),
        (
            {"dead_man": "dead_man: {url: 'https://api.eu.opsgenie.com/v2/heartbeats/t/ping'}"},
            "dead_man.url: is Opsgenie's, which ends on 2027-04-05",
        ),
        (
            {"public_url": "public_url: http://tocsin.example.org"},
            "public_url: http://tocsin.example.org is unencrypted",
        ),
    ],
)
def test_what_is_hardly_meant_is_warned_of_and_stops_nothing(bare, tmp_path, capsys, slips, expected):
    path = written(tmp_path, slips)

    code, out, err = checked(path, capsys)

    assert (code, err) == (0, "")
    [warning] = [line for line in out.splitlines() if line.startswith("warning: ")]
    assert re.match(rf"warning: {re.escape(str(path))}:\d+: ", warning)
    assert expected in warning


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://10.1.2.3", "http://tocsin", "http://[::1]:8080"])
def test_plain_http_within_the_house_is_no_matter(bare, tmp_path, capsys, url):
    _, out, _ = checked(written(tmp_path, {"public_url": f"public_url: {url!r}"}), capsys)

    assert "warning" not in out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty; write one"),
        (b"\n\n  \n", "is empty; write one"),
        (b"# nothing yet\n", "holds comments alone; write one"),
        ("kafka: {}\n".encode("utf-16"), "is saved as UTF-16 or UTF-32; save the file as UTF-8"),
        ("kafka: {}\n".encode("utf-16-le"), "is saved as UTF-16 or UTF-32; save the file as UTF-8"),
        ("kafka: {}\nbrands: # Müller\n".encode("latin-1"), ":2: byte 21 is no UTF-8"),
        (b"kafka: {}\x07\n", "a character that no text file should contain"),
        (b"just words\n", "the top level must be a mapping of sections, such as `brands:`"),
        (b"kafka:{}\n", "put a space after the colon: kafka: {}"),
        (b"kafka: {}\n---\nweb: {}\n", "--- begins a second document"),
        (b"kafka: &a {group: *a}\n", "an alias contains itself"),
        (b"a: " + b"[" * 3000 + b"\n", "not YAML"),
        (b"%\n", "not YAML"),
        (b'kafka: {group: "a}\n', "a quotation mark is opened and never closed"),
        (b"base: &b {port: 1}\nweb: {<<: *b}\n", "YAML's merge key << is not supported"),
        (b"? [a]\n: b\n", "there is a bracket in place of a setting's name"),
        (b"public_url: {{ url }}\n", "there is a bracket in place of a setting's name"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration_is_refused_in_words(bare, tmp_path, capsys, content, expected):
    path = tmp_path / "tocsin.yml"
    path.write_bytes(content)

    code, _, err = checked(path, capsys)

    assert code == 1
    assert expected in err
    assert "Traceback" not in err


def test_aliases_that_multiply_cost_neither_time_nor_memory(bare, tmp_path, capsys):
    path = tmp_path / "tocsin.yml"
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    path.write_text("\n".join(lines))

    code, _, err = checked(path, capsys)

    assert code == 1
    assert "write out the aliases" in err


def test_a_byte_order_mark_before_the_file_does_no_harm(bare, tmp_path, capsys):
    path = tmp_path / "tocsin.yml"
    path.write_text("\n".join(GOOD.values()), encoding="utf-8-sig")

    assert checked(path, capsys)[0] == 0


def test_a_folder_in_place_of_the_file_is_named_as_one(bare, tmp_path, capsys):
    code, _, err = checked(tmp_path, capsys)

    assert code == 1
    assert "is a folder and no file" in err


def test_a_file_that_may_not_be_read_says_what_right_is_missing(bare, tmp_path, capsys, monkeypatch):
    path = written(tmp_path, {})
    path.chmod(0)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)  # root may read everything
    code, _, err = checked(path, capsys)

    assert code == 1
    assert "this user may not read it; give it the right" in err


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TOCSIN_KAFKA_BROKERS": "a:9092"}, "TOCSIN_KAFKA_BROKERS: sets nothing; did you mean TOCSIN_KAFKA__BROKERS?"),
        ({"TOCSIN_KAFKA__BROKER": "a:9092"}, "did you mean TOCSIN_KAFKA__BROKERS?"),
        ({"TOCSIN_SLACK_TOKEN_FILE": "x"}, "did you mean TOCSIN_SLACK__TOKEN_FILE?"),
        ({"TOCSIN_WEB_PORT": "80"}, "did you mean TOCSIN_WEB__PORT?"),
        ({"TOCSIN_BRANDS__0__NAME": "x"}, "TOCSIN_BRANDS__0__NAME: sets nothing;"),
        ({"TOCSIN_FOO": "x"}, "TOCSIN_FOO: sets nothing;"),
        ({"TOCSIN_WEB__PORT": "http"}, "TOCSIN_WEB__PORT: web.port: must be a whole number, such as 8; it is 'http'"),
        ({"TOCSIN_KAFKA__BROKERS": '["a'}, "TOCSIN_KAFKA__BROKERS: begins with [ but is not a JSON list"),
        ({"TOCSIN_BRANDS": "northside"}, "TOCSIN_BRANDS: sets a whole section"),
        ({"TOCSIN_SLACK__TOKEN_FILE": "not-there"}, "TOCSIN_SLACK__TOKEN_FILE: cannot read not-there: No such file"),
        ({"TOCSIN_LINKS__KEYS": "short"}, "TOCSIN_LINKS__KEYS: links.keys[0]: a key needs at least 16 characters"),
    ],
)
def test_a_variable_that_sets_nothing_or_nonsense_is_named(bare, tmp_path, capsys, monkeypatch, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    code, _, err = checked(written(tmp_path, {}), capsys)

    assert code == 1
    assert expected in err
    assert not PYTHON.search(err), err


def test_mistakes_of_the_file_and_of_the_environment_are_named_together(bare, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TOCSIN_KAFKA_BROKERS", "a:9092")

    _, _, err = checked(written(tmp_path, {"web": "web: {port: 99999}", "ingest": "ingest: {bin_s: 60"}), capsys)

    assert [words in err for words in ("web.port", "TOCSIN_KAFKA_BROKERS", "ingest: not YAML")] == [True] * 3


def test_what_kubernetes_says_of_a_service_called_tocsin_is_no_mistake(bare, tmp_path, capsys, monkeypatch):
    said = {
        "TOCSIN_SERVICE_HOST": "10.0.0.1",
        "TOCSIN_SERVICE_PORT": "8080",
        "TOCSIN_PORT": "tcp://10.0.0.1:8080",
        "TOCSIN_WEB_PORT": "tcp://10.0.0.1:8080",
        "TOCSIN_WEB_PORT_8080_TCP_ADDR": "10.0.0.1",
        "TOCSIN_WEB_SERVICE_PORT_HTTP": "8080",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    assert checked(written(tmp_path, {}), capsys)[0] == 0


@pytest.mark.parametrize(
    "text", ["a:9092,b:9092", "a:9092, b:9092", " a:9092 ,b:9092,", '["a:9092", "b:9092"]', "a:9092 b:9092"]
)
def test_a_variable_takes_a_list_as_people_write_one(tmp_path, text):
    read = read_configuration(written(tmp_path, {}), {"TOCSIN_KAFKA__BROKERS": text})

    assert read.mistakes == ()
    assert read.configuration.kafka.brokers == ("a:9092", "b:9092")


def test_a_variable_takes_several_signing_keys(tmp_path):
    keys = "the-first-key-of-two-0123 the-second-key-of-two-4567"

    read = read_configuration(written(tmp_path, {}), {"TOCSIN_LINKS__KEYS": keys})

    assert read.configuration.link_keys() == tuple(keys.split())


def test_no_secret_is_told_by_a_message(tmp_path):
    hidden = "s3cr3t"
    path = written(
        tmp_path,
        {
            "slack": f"slack: {{token: [{hidden}], signing_secret: {hidden}}}",
            "web": f"web: {{webhook_secret: {hidden}}}",
            "links": f"links: {{keys: [{hidden}]}}",
            "dead_man": f"dead_man: {{url: {hidden}, authorization: {{a: {hidden}}}}}",
            "smtp": f"smtp: {{password: {{a: {hidden}}}}}",
            "receivers": GOOD["receivers"] + f"\n  - {{id: r, pagerduty: {{routing_key: {hidden}}}}}",
        },
    )

    read = read_configuration(path, {"TOCSIN_SLACK__TOKEN": "", "TOCSIN_WEB__WEBHOOK_SECRET": hidden})

    assert len(read.mistakes) >= 6
    assert hidden not in "\n".join((*read.mistakes, *read.unready, *read.doubts))


@given(data=st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_refused_in_words(tmp_path_factory, data):
    text = "\n".join(GOOD.values())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 20))
        text = text[:at] + data.draw(st.sampled_from(STRAY)) + text[at + gone :]
    path = tmp_path_factory.mktemp("stray") / "tocsin.yml"
    path.write_text(text, encoding="utf-8")

    try:
        read = read_configuration(path, {})
    except ConfigurationError as error:
        said = str(error)
    else:
        said = "\n".join((*read.mistakes, *read.unready, *read.doubts)).replace(str(path), "")

    assert not PYTHON.search(re.sub(r"'[^']*'", "", said)), said


@given(data=st.data())
def test_whatever_stands_in_place_of_a_value_is_read_or_refused_in_words(tmp_path_factory, data):
    values = yaml.safe_load("\n".join(GOOD.values()))
    section = data.draw(st.sampled_from(sorted(values)))
    whole = data.draw(st.booleans()) or not isinstance(values[section], dict)
    stray = data.draw(st.sampled_from(STRAY_VALUES))
    if whole:
        values[section] = [stray] if isinstance(values[section], list) and data.draw(st.booleans()) else stray
    else:
        values[section][data.draw(st.sampled_from(sorted(values[section])))] = stray
    path = tmp_path_factory.mktemp("stray") / "tocsin.yml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")

    read = read_configuration(path, {})

    said = "\n".join((*read.mistakes, *read.unready, *read.doubts)).replace(str(path), "")
    assert not PYTHON.search(re.sub(r"'[^']*'", "", said)), said


def test_a_section_that_stands_twice_is_named_whatever_its_second_says(bare, tmp_path, capsys):
    path = written(tmp_path, {"kafka": "web: {port: yes}"})

    assert "web is there twice" in checked(path, capsys)[2]
    path.write_text("web: {port: 1}\nweb:\n")
    assert "web is there twice" in checked(path, capsys)[2]
