"""What a configuration says, where it is wrong, and what the environment adds."""

from pathlib import Path
from textwrap import dedent

import pytest

from alerts.configuration.configuration import load_configuration
from alerts.errors import ConfigurationError
from alerts.receivers.healthcheck import HealthcheckSettings

GOOD = """
kafka: {brokers: ["localhost:9092"]}
public_url: https://tocsin.example.org
links: {keys: ["a-key-of-thirty-two-characters-xx"]}
slack: {token: xoxb-secret}
brands:
  - id: northside
    name: Northside Hospital Trust
    query: '"northside hospital" OR northsidenhs OR #savenorthside NOT "northside shopping"'
    languages: [en]
    false_pages_per_week: 0.5
    policy: comms
policies:
  - id: comms
    steps:
      - {notify: [slack-crisis, pager]}
      - {after: 10m, notify: [chief-executive]}
    repeat: 2
receivers:
  - {id: slack-crisis, slack: {channel: "#crisis"}}
  - {id: pager, pagerduty: {routing_key_file: key}}
  - {id: chief-executive, email: {to: chief@example.org}}
"""


@pytest.fixture
def write(tmp_path):
    (tmp_path / "key").write_text("0123456789abcdef0123456789abcdef\n")

    def write_(text: str) -> Path:
        path = Path(tmp_path, "tocsin.yml")
        path.write_text(dedent(text))
        return path

    return write_


def mistakes(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(path, environment or {})
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def test_the_example_of_the_interfaces_is_read_as_it_stands(write):
    configuration = load_configuration(write(GOOD), {})

    [brand] = configuration.watched()
    policy = configuration.escalation()["comms"]
    assert (brand.id, brand.floor, brand.false_pages_per_week) == ("northside", 8, 0.5)
    assert [(step.notify, step.after_s) for step in policy.steps] == [
        (("slack-crisis", "pager"), 0.0),
        (("chief-executive",), 600.0),
    ]


def test_a_secret_is_read_from_the_file_beside_the_configuration(write):
    configuration = load_configuration(write(GOOD), {})

    assert configuration.receivers[1].kinds == {"pagerduty": {"routing_key": "0123456789abcdef0123456789abcdef"}}


def test_the_environment_wins_over_the_file(write):
    environment = {"TOCSIN_PUBLIC_URL": "https://other.example", "TOCSIN_KAFKA__PARTITIONS": "12"}

    configuration = load_configuration(write(GOOD), environment)

    assert configuration.public_url == "https://other.example"
    assert configuration.kafka.partitions == 12
    assert configuration.kafka.brokers == ("localhost:9092",)


def test_a_secret_may_come_from_a_file_that_the_environment_names(write, tmp_path):
    (tmp_path / "token").write_text("xoxb-from-a-file\n")

    configuration = load_configuration(write(GOOD), {"TOCSIN_SLACK__TOKEN_FILE": str(tmp_path / "token")})

    assert configuration.slack.token is not None
    assert configuration.slack.token.get_secret_value() == "xoxb-from-a-file"


def test_every_mistake_is_named_at_once_with_its_line(write):
    path = write("""\
        kafka: {brokerz: ["localhost:9092"]}
        brands:
          - id: Northside
            name: Northside
            query: 'a AND ('
          - {id: two, name: Two, query: two, policy: comms, floor: none}
        receivers:
          - {id: pager, pagerduty: {routing_key_file: missing}}
        """)

    found = mistakes(path)

    assert found == [
        "1: kafka.brokerz: unknown setting; did you mean brokers?",
        "3: brands[0].id: may hold lower-case letters, digits and hyphens, at most 63; it is 'Northside'",
        "5: brands[0].query: at character 8 of 'a AND (': a parenthesis that is never closed; add the closing )",
        "6: brands[1].floor: must be a whole number, such as 8; it is 'none'",
        "6: brands[1].policy: there is no policy named comms; none is there yet",
        (
            "8: receivers[0].pagerduty.routing_key_file: cannot read missing: No such file or directory; "
            "name a file that this user may read"
        ),
    ]


def test_names_that_nothing_bears_are_named_with_the_nearest_one(write):
    path = write(GOOD.replace("notify: [slack-crisis, pager]", "notify: [slack-crises, pager]").replace(
        "policy: comms", "policy: commz"
    ))  # fmt: skip

    found = mistakes(path)

    assert found == [
        "12: brands[0].policy: there is no policy named commz; did you mean comms?",
        "16: policies[0].steps[0].notify[0]: there is no receiver named slack-crises; did you mean slack-crisis?",
    ]


def test_the_service_outside_is_told_every_minute_unless_said_otherwise(write, tmp_path):
    (tmp_path / "ping").write_text("https://hc-ping.example/abc\n")

    settings = load_configuration(
        write("dead_man: {url_file: ping, authorization: GenieKey k}"), {}
    ).dead_man_settings()
    by_environment = load_configuration(
        write("kafka: {}"), {"TOCSIN_DEAD_MAN__URL": "https://x.example", "TOCSIN_DEAD_MAN__EVERY": "2m"}
    ).dead_man_settings()

    assert settings == HealthcheckSettings(url="https://hc-ping.example/abc", every_s=60.0, authorization="GenieKey k")
    assert by_environment == HealthcheckSettings(url="https://x.example", every_s=120.0)
    assert load_configuration(write("kafka: {}"), {}).dead_man_settings() is None


def test_what_is_wrong_with_the_ping_is_named_without_its_secret(write):
    found = mistakes(write("dead_man:\n  url: hc-ping.example/secret\n  every: 10s\n  authorisation: GenieKey k\n"))

    assert found == [
        "2: dead_man.url: must be a web address without spaces, such as https://hc-ping.com/UUID",
        "3: dead_man.every: must be from 1m to 1h; it is 10s",
        "4: dead_man.authorisation: unknown setting; did you mean authorization?",
    ]


def test_a_ping_without_an_address_is_a_mistake(write):
    assert mistakes(write("dead_man: {every: 1m}")) == ["1: dead_man.url: is missing; add it"]


def test_a_query_that_matches_everything_is_refused_at_its_line(write):
    path = write("brands:\n  - id: one\n    name: One\n    query: NOT shopping\n")

    [found] = mistakes(path)

    assert found.startswith("4: brands[0].query: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brands: [", "not YAML"),
        ("- a list", "must be a mapping"),
        (
            "receivers: [{id: x, email: {to: a@b}}]\npolicies: [{id: p, steps: [{notify: [x], after: soon}]}]",
            "is no duration",
        ),
        ("receivers: [{id: r, pigeon: {}}]", "there is no kind of receiver named pigeon"),
        ("receivers: [{id: r}]", "needs exactly one kind"),
        ("public_url: ftp://x", "public_url"),
        ("links: {keys: [short]}", "16 characters"),
        ("kafka: {group: a, group: b}", "is there twice"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line(write, text, expected):
    [found] = mistakes(write(text))

    assert expected in found


def test_a_file_that_is_not_there_says_how_to_name_one(tmp_path):
    with pytest.raises(ConfigurationError, match="--config PATH"):
        load_configuration(tmp_path / "none.yml", {})


PEERED = GOOD.replace("    policy: comms\n", "    policy: comms\n    peers: [southside]\n", 1)
SOUTHSIDE = "  - {{id: southside, name: Southside, query: '{query}', policy: comms}}\npolicies:\n"


def test_a_brand_may_name_peers_that_need_not_name_it_back(write):
    path = write(PEERED.replace("policies:\n", SOUTHSIDE.format(query="southside"), 1))

    northside, southside = load_configuration(path).watched()

    assert (northside.peers, southside.peers) == (("southside",), ())


def test_a_peer_whose_own_entry_is_wrong_is_no_second_mistake(write):
    path = write(PEERED.replace("policies:\n", SOUTHSIDE.format(query="a AND"), 1))

    assert ["brands[1].query" in line for line in mistakes(path)] == [True]


def test_without_policies_every_receiver_is_told_at_once(write):
    hook = "{url: 'https://x.example', secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}"

    configuration = load_configuration(write(f"receivers: [{{id: hook, webhook: {hook}}}]"), {})

    assert configuration.escalation()["default"].steps[0].notify == ("hook",)


def test_without_a_configured_key_all_processes_of_a_machine_sign_with_the_same_one(write, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    keys = [load_configuration(write("kafka: {}"), {}).link_keys() for _ in range(2)]

    assert keys[0] == keys[1]
    assert (tmp_path / "state" / "tocsin" / "link-key").stat().st_mode & 0o077 == 0


def test_where_no_key_can_be_kept_it_says_which_setting_to_use(write, tmp_path, monkeypatch):
    (tmp_path / "state").write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    with pytest.raises(ConfigurationError, match=r"links\.keys_file"):
        load_configuration(write("kafka: {}"), {}).link_keys()


@pytest.mark.parametrize("written", ["[english]", "[EN]", "English", "en", "[eng, en]", '["English"]'])
def test_languages_are_kept_as_tags_however_they_are_called(write, written):
    configuration = load_configuration(write(GOOD.replace("languages: [en]", f"languages: {written}")), {})

    assert configuration.watched()[0].languages == ("en",)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[Englsh]", "'Englsh' is no language; did you mean en (English)?"),
        ("[en, jp]", "'jp' is no language; did you mean ja (Japanese)?"),
        ("[no]", 'YAML reads a bare `no` as false; put Norwegian in quotes: "no"'),
        ("[unknown]", "'unknown' is no language; write a tag such as en, or pt-BR"),
        ("[7]", "7 is no language"),
    ],
)
def test_what_is_no_language_is_refused_with_what_may_be_meant(write, written, told):
    [mistake] = mistakes(write(GOOD.replace("languages: [en]", f"languages: {written}")))

    assert "brands[0].languages[" in mistake
    assert told in mistake


@pytest.mark.parametrize(
    "query",
    ["northside OR #savenorthside", "northside #1", "#savenorthside", "northside OR\n      acme #savenorthside"],
)
def test_a_tag_that_yaml_takes_for_a_comment_is_refused(write, query):
    path = write(f"brands:\n  - id: northside\n    name: Northside\n    query: {query}\n")

    [mistake] = mistakes(path)

    assert mistake.startswith("4: brands[0].query: YAML takes '#")
    assert "single quotes" in mistake


def test_a_channel_that_yaml_takes_for_a_comment_is_refused(write):
    path = write(GOOD.replace('channel: "#crisis"}', "\n    channel: #crisis\n  }"))

    assert any("channel: YAML takes '#crisis' for a comment" in mistake for mistake in mistakes(path))


@pytest.mark.parametrize("query", ["northside # our own", "'northside OR #save' #ours", "northside#save"])
def test_a_comment_behind_a_query_is_a_comment(write, query):
    load_configuration(write(f"brands:\n  - id: northside\n    name: Northside\n    query: {query}\n"), {})


@pytest.mark.parametrize(
    "query", ['"northside hospital" OR nhs', "@northside", "*bank", "a: b", "'it's'", "%x", "{a} b"]
)
def test_a_query_that_is_no_yaml_comes_with_the_quotes_to_write(write, query):
    path = write(f"brands:\n  - id: northside\n    name: Northside\n    query: {query}\n")

    [mistake] = mistakes(path)

    assert mistake.startswith("4:")
    assert "single quotes" in mistake


@pytest.mark.parametrize("query", ["2024", "yes", "null", "[a, b]"])
def test_a_query_that_yaml_takes_for_something_else_comes_with_the_quotes_to_write(write, query):
    path = write(f"brands:\n  - id: northside\n    name: Northside\n    query: {query}\n")

    assert mistakes(path) == ["4: brands[0].query: must be text; put the whole query in single quotes: query: '…'"]


def test_a_query_is_refused_with_its_line_and_the_place_in_it(write):
    path = write("brands:\n  - {id: a, name: A, query: a NEAR b}\n")

    [mistake] = mistakes(path)

    assert mistake.startswith("2: brands[0].query: at character 3 of 'a NEAR b'")


def test_a_receiver_reads_moments_in_its_own_zone_and_else_in_its_brands(write):
    text = GOOD.replace("    policy: comms\n", "    policy: comms\n    time_zone: europe/london\n", 1)
    text = text.replace("{id: chief-executive,", "{id: chief-executive, time_zone: America/New_York,")

    zones = load_configuration(write(text), {}).zones()

    read = [zones.of(*pair) for pair in (("pager", "northside"), ("chief-executive", "northside"), ("pager", "other"))]
    assert read == ["Europe/London", "America/New_York", ""]


@pytest.mark.parametrize(
    ("stated", "hint"),
    [
        ("Berlin", "did you mean Europe/Berlin?"),
        ("Europe/Londn", "did you mean Europe/London"),
        ("New York", "did you mean America/New_York?"),
        ("UTC+1", "name a place, such as Europe/Berlin or America/New_York"),
        ("GMT+2", "name a place, such as Europe/Berlin or America/New_York"),
        ("3", "name a place, such as Europe/Berlin or America/New_York"),
        ("PST", "name a place, such as Europe/Berlin or America/New_York"),
    ],
)
def test_a_time_zone_that_is_none_is_refused_with_the_nearest(write, stated, hint):
    text = GOOD.replace("    policy: comms\n", f"    policy: comms\n    time_zone: {stated}\n", 1)
    text = text.replace("{id: pager,", f"{{id: pager, time_zone: {stated},")

    said = mistakes(write(text))

    expected = f"'{stated}' is no time zone of the IANA database; {hint}"
    assert [line.split(": ")[1] for line in said] == ["brands[0].time_zone", "receivers[1].time_zone"]
    assert all(expected in line for line in said)


def test_a_setting_of_a_receiver_that_there_is_not_is_named_with_the_nearest(write):
    said = mistakes(write(GOOD.replace("{id: pager,", "{id: pager, timezone: Europe/Berlin,")))

    assert said == ["21: receivers[1].timezone: there is no setting or kind named timezone; did you mean time_zone?"]
