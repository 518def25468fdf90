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
    str, typer.Option(help="For tables: strptime format of `published`; the usual forms are known without it.")
]
TimeZone = Annotated[str, typer.Option(help="For tables: zone of times that name none, e.g. America/New_York.")]
Encoding = Annotated[str, typer.Option(help="For tables and JSON: utf-8, utf-16, cp1252 …; found where it is certain.")]
Delimiter = Annotated[
    str, typer.Option(help="For tables: one sign, or comma, semicolon, tab, bar; found where it is certain.")
]
Skip = Annotated[
    int | None, typer.Option(help="For tables: lines before the header; it is searched for if left out.", min=0)
]
Preset = Annotated[
    str,
    typer.Option(
        help="For tables: whose export it is (brandwatch, meltwater, sprinklr, talkwalker), or none; told by the "
        "header if left out."
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
            print("tocsin, of a folder that is not installed")
        raise typer.Exit


@app.callback()
def tocsin(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
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
) -> None:
    """Replay a crisis through the real chain: broker, worker, web page, and an inbox in place of Slack and pager."""
    from alerts.simulation.demo.command import run_demo

    run_demo(headless=headless, as_json=as_json, scale=scale)


@app.command()
def worker(
    config: Config = DEFAULT_CONFIG,
    only: Annotated[
        str, typer.Option(help="Stages to run here, of ingest,watch,incidents; all of them by default.")
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
    """Serve the pages behind the signed links, the webhook for mentions and Slack's buttons; /metrics apart."""
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

    A file is put in the order of its times first; standard input, which may never end, is sent as it comes.
    """
    from alerts.cli.ingest import run_ingest

    table = _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    (connector,) = _connectors([source], table)
    run_ingest(connector, _configured(config), in_order=source != "-", metrics_port=metrics_port)


@app.command()
def listen(
    source: Annotated[
        str, typer.Argument(metavar="[ID]", help="With --show: the id of the source to look at.", show_default=False)
    ] = "",
    config: Config = DEFAULT_CONFIG,
    only: Annotated[
        str, typer.Option(metavar="ID,…", help="Ids of the sources to run here; all by default.", show_default=False)
    ] = "",
    show: Annotated[
        bool, typer.Option("--show", help="Print what the source would send, a mention a line; needs no Kafka.")
    ] = False,
    brand: Annotated[
        str, typer.Option("--brand", "-b", help="With --show: only what speaks of this brand.", show_default=False)
    ] = "",
) -> None:
    """Listen to the sources of the configuration; several such processes share them out.

    On SIGHUP, or by `tocsin reload`, it reads the configuration again; one that is wrong changes nothing.
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
    """Print how each source is: state, last event, lag, holes, matched, dropped, cost."""
    from alerts.cli.sources import run_sources
    from alerts.configuration.configuration import load_configuration

    run_sources(load_configuration(config), as_json=as_json)


@app.command()
def reload(
    config: Config = DEFAULT_CONFIG,
    wait: Annotated[str, typer.Option(help="How long to wait for processes, e.g. 2m.")] = "2m",
) -> None:
    """Have all workers, web processes and listeners read the configuration again, and say what became of it."""
    wait_s = _seconds("--wait", wait, most_s=3600)
    from alerts.cli.reload import run_reload

    run_reload(config, wait_s=wait_s)


@app.command()
def check(
    config: Config = DEFAULT_CONFIG,
    send: Annotated[
        bool, typer.Option("--send", help="Send a test message through every receiver, and a ping.")
    ] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Check the file alone; contact nothing.")] = False,
    create_topics: Annotated[
        bool, typer.Option("--create-topics", help="Create the topics that Kafka lacks; else they are named alone.")
    ] = False,
) -> None:
    """Check the configuration, the broker, the sources and the receivers; name every mistake at once."""
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
    """Run the volume detector alone on a series: expected, upper edge, score and alarm for each row."""
    from detectors.series.file import detect_file

    detect_file(series, output, false_alarms_per_week=false_alarms_per_week)


@app.command()
def score(
    explain: Annotated[bool, typer.Option("--explain", help="Add the words that made each score.")] = False,
    language: Annotated[
        str,
        typer.Option(
            metavar="TAG",
            help="Read every line as of this language, such as de or English; auto: as each is told to be, and say so.",
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
    score_lines(sys.stdin.buffer, sys.stdout, load_scorer(weights), own, explain=explain)


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
    """Say what would have rung: the same cores as the worker, over files, as fast as they go."""
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
    around: Annotated[str, typer.Option(help="Show the bins so long before and after as well, e.g. 10m.")] = "0",
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
    """Say why it was silent, or why it rang: each condition of the rule at a moment, met or missing."""
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
            "Without a file it says how the query is understood. With --brand files alone.",
            show_default=False,
        ),
    ] = None,
    brand: Annotated[str, typer.Option("--brand", "-b", help="Try the query of this brand of the configuration.")] = "",
    suite: Annotated[
        str,
        typer.Option("--from", metavar="SUITE", help="Translate it from brandwatch, meltwater or talkwalker first."),
    ] = "",
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="With --from: leave out what has no equal, where that can only widen it."),
    ] = False,
    judge: Annotated[
        bool, typer.Option("--judge", help="Ask of twenty matches drawn at random whether they are meant.")
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
    """Say what a query matches in files, by which terms, and what it nearly misses; translate a suite's query."""
    from alerts.cli.query import Judging, run_query
    from alerts.cli.query_arguments import brand_tried, text_tried

    if brand and suite:
        raise typer.BadParameter(
            "a brand's query is ours already; give the suite's query in its place", param_hint="--from"
        )
    if lenient and not suite:
        raise typer.BadParameter("it is about --from SUITE", param_hint="--lenient")
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
    """Give a brand its history from an archive, so that it knows what is ordinary; pages nobody."""
    from alerts.cli.learn import run_learn

    table = _table(column, constant, time_format, time_zone, encoding, delimiter, skip, preset)
    connectors = _connectors(files, table)
    run_learn(connectors, _configured(config), brand)


@app.command()
def missed(
    brand: Annotated[str, typer.Argument(help="The brand's id.")],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When it should have rung: 2026-03-01T14:02:00Z.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take it back: same brand, same time.")] = False,
    by: Annotated[str, typer.Option(envvar="USER", help="Who says it.")] = "somebody",
    note: Annotated[str, typer.Option(help="What it was about.", show_default=False)] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Say that a crisis did not ring: the brand's threshold falls a little, for a while."""
    from alerts.cli.missed import run_missed

    run_missed(_configured(config), brand, at, by=by, note=note, revoke=revoke)


@app.command("revoke-links")
def revoke_links(
    incident: Annotated[str, typer.Argument(help="The incident's id, as it stands at the foot of its page.")],
    by: Annotated[str, typer.Option(envvar="USER", help="Who asks for it.")] = "somebody",
    reason: Annotated[str, typer.Option(help="Why, for the incident's story.", show_default=False)] = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Withdraw every link to an incident that was sent so far; chats and mail get a fresh one."""
    from alerts.cli.revoke import run_revoke_links

    run_revoke_links(_configured(config), incident, by=by, reason=reason)


@app.command()
def erase(
    post: Annotated[str, typer.Option(metavar="ID", help="The post's id, exactly.", show_default=False)] = "",
    author: Annotated[
        str, typer.Option(metavar="ID", help="The author's id, exactly: all posts.", show_default=False)
    ] = "",
    source: Annotated[
        str, typer.Option(help="Of the author, where several sources have one of that id.", show_default=False)
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be erased; change nothing.")] = False,
    wait: Annotated[str, typer.Option(help="For the workers to carry it out, e.g. 5m.")] = "5m",
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Once after an upgrade: make incidents of earlier versions erasable.")
    ] = False,
    as_json: Json = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take a post, or all that an author wrote, out of everything that is kept, and print a receipt."""
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
    to: Annotated[str, typer.Option("--to", metavar="RECEIVER", help="Id of the receiver that it is for.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Print a fresh signed link to an incident's page."""
    from alerts.cli.link import run_link

    run_link(_configured(config), incident, to=to)


@app.command()
def benchmark(
    sections: Annotated[
        list[str] | None, typer.Argument(help="Sections to measure, as after --only.", show_default=False)
    ] = None,
    as_json: Json = False,
    data: Annotated[
        Path | None, typer.Option(help="Folder with the public data sets, for the figures on them.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs: minutes instead of an hour.")] = False,
    only: Annotated[
        str,
        typer.Option(
            help="Of stories, pages, delay, budget, series, negativity, aspect, marks, throughput, bluesky, chain; "
            "by default all but chain."
        ),
    ] = "",
    seed: Annotated[int, typer.Option(help="Tell the stories in other words, at other moments.", min=0)] = 1,
    brokers: Annotated[
        str,
        typer.Option(help="An Apache Kafka, HOST:PORT,…: throughput is measured at the clock's speed on it as well."),
    ] = "",
    seconds: Annotated[float, typer.Option(help="How long that is measured.", min=10.0)] = 240.0,
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
        raise typer.BadParameter(f"{unknown[0]!r} is no stage; choose of {','.join(STAGES)}", param_hint="--only")
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
        raise typer.BadParameter(f"{text!r} is no list of numbers", param_hint=option) from error


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
