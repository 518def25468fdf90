"""The command line, and the only place that puts the three packages together."""

import faulthandler
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from detectors.errors import TocsinError

if TYPE_CHECKING:
    from alerts.configuration.configuration import Configuration
    from streams.connectors.choose import TableOptions
    from streams.connectors.connector import Connector


class _Commands(TyperGroup):
    """Lists the commands with the whole of what each says of itself: the library's own list cuts at 45 letters."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a row for each command, over as many lines as it takes."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, " ".join((command.help or "").split("\n\n")[0].split()))
            for name, command in commands
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


app = typer.Typer(
    name="tocsin",
    cls=_Commands,
    context_settings={"max_content_width": 120},
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Config = Annotated[
    Path, typer.Option("--config", "-c", envvar="TOCSIN_CONFIG", help="The configuration file.", show_default=True)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", help="For tables: FIELD=COLUMN, e.g. content=text, author.id=name, published=Date+Time; repeat."
    ),
]
Constants = Annotated[
    list[str] | None, typer.Option("--constant", help="For tables: FIELD=VALUE for every row, e.g. source=twitter.")
]
TimeFormat = Annotated[
    str, typer.Option(help="For tables: strptime format of `published`; not needed for the usual forms.")
]
TimeZone = Annotated[str, typer.Option(help="For tables: zone of times that name none, e.g. America/New_York.")]
Encoding = Annotated[
    str, typer.Option(help="For tables and JSON: utf-8, utf-16, cp1252 …; detected where it is certain.")
]
Delimiter = Annotated[
    str, typer.Option(help="For tables: one character, or comma, semicolon, tab, bar; detected if certain.")
]
Skip = Annotated[int | None, typer.Option(help="For tables: lines before the header; detected by default.", min=0)]
Preset = Annotated[
    str,
    typer.Option(
        help="For tables: the suite that exported it (brandwatch, meltwater, sprinklr, talkwalker), or none; detected "
        "from the header by default."
    ),
]
DEFAULT_CONFIG = Path("tocsin.yml")
_SILENT = {"detect", "score"}
"""Commands that log nothing, and need not wait for what would."""


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"tocsin {version('tocsin')}")
        except PackageNotFoundError:
            print("tocsin, from a folder that is not installed")
        raise typer.Exit


@app.callback()
def tocsin(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Reputation-crisis early warning: from a mention in Kafka to an acknowledged incident."""
    if context.invoked_subcommand not in _SILENT:
        from alerts.health.logs import warn_on_stderr

        warn_on_stderr()


@app.command()
def demo(
    headless: Annotated[bool, typer.Option(help="Run the story to its end and acknowledge through the link.")] = False,
    as_json: Json = False,
    scale: Annotated[float, typer.Option(help="Share of the story's mentions to replay.", min=0.05, max=10)] = 1.0,
    live: Annotated[
        str, typer.Option(help="Instead of the story, listen to a network as it is now: bluesky. Needs --brand.")
    ] = "",
    brand: Annotated[str, typer.Option(help="With --live: the query to listen for, e.g. 'tocsin OR #tocsin'.")] = "",
    host: Annotated[
        list[str] | None,
        typer.Option(help="With --live: a Jetstream of your own, wss://HOST, in place of Bluesky's; repeat."),
    ] = None,
) -> None:
    """Replay a crisis through the real chain: broker, worker, web page, and an inbox in place of Slack and pager."""
    if live or brand or host:
        _demo_live(live, brand, host or (), is_plain=not (headless or as_json or scale != 1.0))
        return
    from alerts.simulation.demo.command import run_demo

    run_demo(headless=headless, as_json=as_json, scale=scale)


def _demo_live(live: str, brand: str, hosts: Sequence[str], *, is_plain: bool) -> None:
    from pydantic import ValidationError

    from alerts.simulation.demo.live.command import run_live
    from alerts.simulation.demo.live.networks import NETWORKS, network_of

    if live not in NETWORKS:
        raise typer.BadParameter(f"must name a network: {', '.join(NETWORKS)}", param_hint="--live")
    if not brand:
        raise typer.BadParameter("must say what to listen for, as a brand's `query` does", param_hint="--brand")
    if not is_plain:
        raise typer.BadParameter("listens until Ctrl-C: --headless, --json and --scale are the story's")
    try:
        network = network_of(live, hosts)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"], param_hint="--host") from error
    run_live(network, brand)


@app.command()
def worker(
    config: Config = DEFAULT_CONFIG,
    only: Annotated[
        str, typer.Option(help="Stages to run here, of ingest,watch,incidents; all by default.")
    ] = "ingest,watch,incidents",
) -> None:
    """Run the stages against Kafka: ingest, watch, incidents with their deliveries."""
    _listen_for_signals()
    stages = _stages(only)
    from alerts.cli.worker import run_worker
    from alerts.configuration.configuration import checked_configuration

    read = checked_configuration(config)
    run_worker(read, stages=stages)


@app.command()
def web(config: Config = DEFAULT_CONFIG) -> None:
    """Serve the pages behind the signed links, the webhook for mentions, Slack's buttons; /metrics on its own port."""
    _listen_for_signals()
    from alerts.cli.web import run_web
    from alerts.configuration.configuration import checked_configuration

    read = checked_configuration(config)
    run_web(read)


@app.command()
def broker(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 9092,
) -> None:
    """Run the embedded Kafka-wire broker by itself; it keeps nothing when it stops."""
    from streams.kafka.broker.embedded import run_broker

    run_broker(port)


@app.command()
def ingest(
    source: Annotated[
        str, typer.Argument(help="JSON, a table (.csv, .tsv, .txt, .xlsx) or X's archive (.gz, .zst too); - is stdin.")
    ],
    config: Config = DEFAULT_CONFIG,
    column: Columns = None,
    constant: Constants = None,
    time_format: TimeFormat = "",
    time_zone: TimeZone = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    skip: Skip = None,
    preset: Preset = "",
    metrics_port: Annotated[
        int, typer.Option(help="Serve /metrics on 127.0.0.1 here while it runs; 0 serves none.", min=0, max=65535)
    ] = 0,
) -> None:
    """Put mentions from a file into the topic `mentions`; what breaks the schema goes to `mentions.dlq`.

    A file is sorted by time first; standard input, which may never end, is sent as it comes.
    """
    from alerts.cli.ingest import run_ingest

    table = _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    (connector,) = _connectors([source], table)
    run_ingest(connector, _configured(config), in_order=source != "-", metrics_port=metrics_port)


@app.command()
def listen(
    source: Annotated[
        str, typer.Argument(metavar="[ID]", help="With --show: the id of the source to show.", show_default=False)
    ] = "",
    config: Config = DEFAULT_CONFIG,
    only: Annotated[
        str, typer.Option(metavar="ID,…", help="Ids of the sources to run here; all by default.", show_default=False)
    ] = "",
    show: Annotated[
        bool, typer.Option("--show", help="Print what the source would send, a mention a line; needs no Kafka.")
    ] = False,
    brand: Annotated[
        str, typer.Option("--brand", "-b", help="With --show: only mentions that match this brand.", show_default=False)
    ] = "",
) -> None:
    """Read the sources of the configuration into Kafka; several such processes share them.

    On SIGHUP, or after `tocsin reload`, it reads the configuration again; a wrong one changes nothing.
    """
    if show:
        if not source or only:
            raise typer.BadParameter("name the one source to show: tocsin listen ID --show", param_hint="--show")
    elif source or brand:
        option = "--brand" if brand else "ID"
        raise typer.BadParameter("goes with --show; to run some sources, name them by --only", param_hint=option)
    _listen_for_signals()
    from alerts.cli.listen import run_listen, show_source
    from alerts.configuration.configuration import checked_configuration

    read = checked_configuration(config)
    if show:
        show_source(read.configuration, source, brand=brand)
        return
    chosen = [name.strip() for name in only.split(",") if name.strip()]
    run_listen(read, only=chosen)


@app.command()
def sources(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Print the status of each source: state, last event, lag, holes, matched, dropped, cost."""
    from alerts.cli.sources import run_sources
    from alerts.configuration.configuration import load_configuration

    run_sources(load_configuration(config), as_json=as_json)


@app.command()
def reload(
    config: Config = DEFAULT_CONFIG,
    wait: Annotated[str, typer.Option(help="How long to wait for processes, e.g. 2m.")] = "2m",
) -> None:
    """Make all workers, web processes and listeners reload the configuration, and print each one's result."""
    wait_s = _seconds("--wait", wait, most_s=3600)
    from alerts.cli.reload import run_reload

    run_reload(config, wait_s=wait_s)


@app.command()
def check(
    config: Config = DEFAULT_CONFIG,
    send: Annotated[
        bool, typer.Option("--send", help="Send a test message through every receiver, and a ping.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Check only the file; contact nothing.")] = False,
    create_topics: Annotated[
        bool, typer.Option("--create-topics", help="Create the topics that Kafka lacks; otherwise they are only named.")
    ] = False,
) -> None:
    """Check the configuration, the broker, the sources and the receivers; report every mistake at once."""
    from alerts.cli.check import run_check

    run_check(config, send=send, offline=offline, create_topics=create_topics)


@app.command()
def detect(
    series: Annotated[
        str, typer.Argument(metavar="IN.csv", help="Columns timestamp,value at an even step; - is stdin.")
    ],
    output: Annotated[str, typer.Option("--output", "-o", help="Where the rows go; - is stdout.")] = "-",
    false_alarms_per_week: Annotated[float, typer.Option(help="The false-alarm budget.", min=0.001, max=100)] = 0.5,
) -> None:
    """Run the series detector on a table of numbers: expected, upper edge, score and alarm for each row."""
    from detectors.series.file import detect_file

    detect_file(series, output, false_alarms_per_week=false_alarms_per_week)


@app.command()
def score(
    explain: Annotated[bool, typer.Option("--explain", help="Add the words that determined each score.")] = False,
    harm: Annotated[
        bool,
        typer.Option(
            "--harm",
            help="Add how surely each line reports harm (a recall, a raid …) or asks for it, whatever its tone.",
        ),
    ] = False,
    language: Annotated[
        str,
        typer.Option(
            metavar="TAG",
            help="Language of every line, such as de or English; auto: detect it for each line, and print it.",
        ),
    ] = "en",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Score with the weights of another training (.npz), not the shipped ones."),
    ] = None,
) -> None:
    """Print the negativity of each line of stdin: 0 to 1, a number a line, in order; nan where there is no score."""
    from detectors.errors import DetectorsError
    from detectors.negativity.model import load_scorer
    from detectors.negativity.score_lines import STATED, score_lines
    from detectors.negativity.spoken import stated

    own = language if language == STATED else stated(language)
    if not own:
        raise DetectorsError(f"--language {language!r} names no language; write a tag, such as de, or {STATED}")
    score_lines(sys.stdin.buffer, sys.stdout, load_scorer(weights), own, explain=explain, harm=harm)


@app.command()
def backtest(
    mentions: Annotated[
        list[str],
        typer.Argument(metavar="MENTIONS.jsonl…", help="JSON, tables or X's archive (.gz, .zst too); - is stdin."),
    ],
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
    column: Columns = None,
    constant: Constants = None,
    time_format: TimeFormat = "",
    time_zone: TimeZone = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    skip: Skip = None,
    preset: Preset = "",
    plot: Annotated[Path | None, typer.Option(help="Write a chart of each brand here (.svg).")] = None,
    budgets: Annotated[str, typer.Option(help="Compare false-page budgets, e.g. 0.05,0.25,1.")] = "",
) -> None:
    """Show what would have fired: the worker's cores over files, as fast as possible."""
    from alerts.cli.backtest import run_backtest

    connectors = _connectors(
        mentions, _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    )
    budgets_ = _numbers("--budgets", budgets)
    run_backtest(connectors, _configured(config), as_json=as_json, plot=plot, budgets=budgets_)


@app.command()
def explain(
    brand: Annotated[str, typer.Argument(help="The brand's id.")],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="RFC 3339 with offset: 2026-03-01T14:02:00Z.")],
    config: Config = DEFAULT_CONFIG,
    file: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MENTIONS.jsonl", help="Explain from a file (.gz, .zst too) instead of from Kafka; repeat."
        ),
    ] = None,
    around: Annotated[str, typer.Option(help="Also show the bins this long before and after, e.g. 10m.")] = "0",
    as_json: Json = False,
    column: Columns = None,
    constant: Constants = None,
    time_format: TimeFormat = "",
    time_zone: TimeZone = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    skip: Skip = None,
    preset: Preset = "",
) -> None:
    """Explain why an alert fired or did not: each condition of the rule at a given time, met or missing."""
    around_s = _seconds("--around", around, most_s=3 * 3600)
    from alerts.cli.explain import run_explain

    connectors = _connectors(
        file or (), _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    )
    run_explain(_configured(config), brand, at, connectors=connectors, around_s=around_s, as_json=as_json)


@app.command()
def query(
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="'TEXT' FILE…",
            help="The query in single quotation marks, then JSON, tables or X's archive (.gz, .zst too); - is stdin. "
            "Without a file it only shows how the query is understood. With --brand, name only files.",
            show_default=False,
        ),
    ] = None,
    brand: Annotated[str, typer.Option("--brand", "-b", help="Try this brand's query from the configuration.")] = "",
    suite: Annotated[
        str,
        typer.Option("--from", metavar="SUITE", help="Translate it from brandwatch, meltwater or talkwalker first."),
    ] = "",
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="With --from: leave out what has no equivalent, if that only widens the query."),
    ] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Ask about twenty random matches whether they are meant.")
    ] = False,
    answers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Answers to matches, ID<TAB>y|n a line; --judge adds its own to it."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draw other matches to show and to ask about.", min=0, max=2**32)] = 0,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
    column: Columns = None,
    constant: Constants = None,
    time_format: TimeFormat = "",
    time_zone: TimeZone = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    skip: Skip = None,
    preset: Preset = "",
) -> None:
    """Show what a query matches in files, by which terms, and what it nearly misses; translate a suite's query."""
    from alerts.cli.query import Judging, run_query
    from alerts.cli.query_arguments import brand_tried, text_tried

    if brand and suite:
        raise typer.BadParameter(
            "a brand's query needs no translation; give the suite's query instead of --brand", param_hint="--from"
        )
    if lenient and not suite:
        raise typer.BadParameter("it goes with --from SUITE", param_hint="--lenient")
    if brand:
        tried, files = brand_tried(_configured(config), brand), text or []
    else:
        tried, files = text_tried(text or [], suite, lenient=lenient)
    table = _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    judging = Judging(asks=judge, answers=answers, seed=seed)
    run_query(tried, _connectors(files, table), judging, as_json=as_json)


@app.command()
def learn(
    files: Annotated[
        list[str],
        typer.Argument(metavar="MENTIONS.jsonl…", help="JSON, tables or X's archive (.gz, .zst too); - is stdin."),
    ],
    brand: Annotated[str, typer.Option("--brand", "-b", help="The brand's id.")],
    config: Config = DEFAULT_CONFIG,
    column: Columns = None,
    constant: Constants = None,
    time_format: TimeFormat = "",
    time_zone: TimeZone = "",
    encoding: Encoding = "",
    delimiter: Delimiter = "",
    skip: Skip = None,
    preset: Preset = "",
) -> None:
    """Teach a brand its ordinary level from an archive; pages nobody."""
    from alerts.cli.learn import run_learn

    table = _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    connectors = _connectors(files, table)
    run_learn(connectors, _configured(config), brand)


@app.command()
def missed(
    brand: Annotated[str, typer.Argument(help="The brand's id.")],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When it should have fired: 2026-03-01T14:02:00Z.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take it back: same brand, same time.")] = False,
    by: Annotated[str, typer.Option(envvar="USER", help="Who reports it.")] = "somebody",
    note: Annotated[str, typer.Option(help="What it was about.", show_default=False)] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Report a crisis that did not fire: lowers the brand's threshold a little, for a while."""
    from alerts.cli.missed import run_missed

    run_missed(_configured(config), brand, at, by=by, note=note, revoke=revoke)


@app.command("revoke-links")
def revoke_links(
    incident: Annotated[str, typer.Argument(help="The incident's id, as it stands at the foot of its page.")],
    by: Annotated[str, typer.Option(envvar="USER", help="Who asks for it.")] = "somebody",
    reason: Annotated[str, typer.Option(help="Why, for the incident's story.", show_default=False)] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Revoke every link to an incident that was sent so far; chats and mail get a fresh one."""
    from alerts.cli.revoke import run_revoke_links

    run_revoke_links(_configured(config), incident, by=by, reason=reason)


@app.command()
def erase(
    post: Annotated[str, typer.Option(metavar="ID", help="The post's id, exactly.", show_default=False)] = "",
    author: Annotated[
        str, typer.Option(metavar="ID", help="The author's id, exactly: all posts.", show_default=False)
    ] = "",
    source: Annotated[
        str, typer.Option(help="The author's source, where several sources have this id.", show_default=False)
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be erased; change nothing.")] = False,
    wait: Annotated[str, typer.Option(help="How long to wait for the workers, e.g. 5m.")] = "5m",
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Once after an upgrade: make incidents of earlier versions erasable.")
    ] = False,
    as_json: Json = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Erase a post, or everything an author wrote, from all stored data, and print a receipt."""
    wait_s = _seconds("--wait", wait, most_s=24 * 3600)
    from alerts.cli.erase import Options, run_erase, run_prepare
    from alerts.erasing.request import requested

    if prepare:
        run_prepare(_configured(config))
        return
    request = requested(post, author, source)
    run_erase(_configured(config), request, Options(dry_run=dry_run, wait_s=wait_s, as_json=as_json))


@app.command()
def link(
    incident: Annotated[str, typer.Argument(help="The incident's id, as it stands at the foot of its page.")],
    to: Annotated[str, typer.Option("--to", metavar="RECEIVER", help="Id of the receiver it is for.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Print a fresh signed link to an incident's page."""
    from alerts.cli.link import run_link

    run_link(_configured(config), incident, to=to)


@app.command()
def benchmark(
    sections: Annotated[
        list[str] | None, typer.Argument(help="Sections to measure, as for --only.", show_default=False)
    ] = None,
    as_json: Json = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder with the public data sets, for the figures on them.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs: minutes instead of an hour.")] = False,
    only: Annotated[
        str,
        typer.Option(
            help="Of stories, pages, delay, budget, rough, series, negativity, aspect, marks, throughput, bluesky, "
            "chain, second-reading; by default all but chain and second-reading."
        ),
    ] = "",
    seed: Annotated[int, typer.Option(help="Generate the stories in other words, at other times.", min=0)] = 1,
    brokers: Annotated[
        str,
        typer.Option(help="An Apache Kafka, HOST:PORT,…, on which to measure throughput at the clock's speed too."),
    ] = "",
    seconds: Annotated[float, typer.Option(help="How long to measure that.", min=10.0)] = 240.0,
) -> None:
    """Measure the product here and now, beside its peers."""
    from alerts.simulation.benchmark.command import run_benchmark

    chosen = [*(sections or []), *(name.strip() for name in only.split(",") if name.strip())]
    run_benchmark(
        as_json=as_json,
        data=data,
        quick=quick,
        only=chosen,
        seed=seed,
        brokers=[address.strip() for address in brokers.split(",") if address.strip()],
        seconds=seconds,
    )


def _listen_for_signals() -> None:
    """End on SIGTERM until the process itself listens for it: as the first of a container Python would not hear it.

    What starts has nothing under way: it loads, compiles and waits for Kafka, at times in a thread that nothing ends.
    On SIGUSR1 it writes where each of its threads is. SIGHUP does nothing yet: what was changed meanwhile is read as
    soon as there is anything to take it up.
    """
    signal.signal(signal.SIGHUP, lambda *_: None)
    faulthandler.register(signal.SIGUSR1, sys.__stderr__ or sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


STAGES = ("ingest", "watch", "incidents")


def _configured(config: Path) -> "Configuration":
    from alerts.configuration.configuration import load_configuration

    return load_configuration(config)


def _stages(text: str) -> frozenset[str]:
    chosen = frozenset(part.strip() for part in text.split(",") if part.strip())
    if unknown := sorted(chosen - set(STAGES)):
        raise typer.BadParameter(f"{unknown[0]!r} is not a stage; choose from {','.join(STAGES)}", param_hint="--only")
    if not chosen:
        raise typer.BadParameter("name at least one stage", param_hint="--only")
    return chosen


def _table(
    column: Columns,
    constant: Constants,
    time_format: str,
    time_zone: str,
    encoding: str,
    delimiter: str,
    skip: int | None,
    preset: str,
) -> "TableOptions":
    from streams.connectors.choose import TableOptions

    return TableOptions(
        columns=_pairs("--column", column),
        constants=_pairs("--constant", constant),
        time_format=time_format,
        time_zone=time_zone,
        encoding=encoding,
        delimiter=delimiter,
        skip=skip,
        preset=preset,
    )


def _connectors(files: Sequence[str], table: "TableOptions") -> list["Connector"]:
    from streams.connectors.choose import choose_connector

    return [choose_connector(file, table, lambda note: print(f"note: {note}", file=sys.stderr)) for file in files]


def _pairs(option: str, values: list[str] | None) -> dict[str, str]:
    pairs = {}
    for value in values or ():
        field, equals, column = value.partition("=")
        if not (field and equals and column):
            raise typer.BadParameter(f"{value!r} is not FIELD=NAME", param_hint=option)
        pairs[field] = column
    return pairs


def _numbers(option: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a list of numbers", param_hint=option) from error


def _seconds(option: str, text: str, *, most_s: int) -> int:
    from streams.durations import parse_duration

    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
    if seconds > most_s:
        raise typer.BadParameter(f"{text!r} is more than {most_s // 3600} hours", param_hint=option)
    return int(seconds)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line: exit 0 for done, 1 for a refusal or failure with a clear line, 2 for wrong usage."""
    try:
        app(arguments, prog_name="tocsin")
    except TocsinError as error:
        print(f"tocsin: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
