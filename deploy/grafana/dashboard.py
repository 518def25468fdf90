"""The Grafana dashboard as code: ``python deploy/grafana/dashboard.py`` writes ``dashboards/tocsin.json`` anew.

Its order is that of an engineer's questions: is it listening, is it late, is it losing anything; what do the brands
sound like; does it reach people; what does it cost.
"""

import json
from pathlib import Path
from string import ascii_uppercase

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import BigValueColorMode, BigValueGraphMode, LineInterpolation, VisibilityMode

SOURCE = models.DataSourceRef(type_val="prometheus", uid="prometheus")
OUTPUT = Path(__file__).parent / "dashboards" / "tocsin.json"

RED, AMBER, GREEN, BLUE, GREY = "#e0506a", "#e0a030", "#3fa66b", "#5794f2", "#8a8f98"

_HEARTBEAT = "tocsin_heartbeat_timestamp_seconds"
_ERRORS = "tocsin_errors_total", "tocsin_alert_errors_total"


def _query(expr: str, legend: str, ref: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expr).legend_format(legend).ref_id(ref).datasource(SOURCE)


def _series(
    title: str,
    what: str,
    *queries: tuple[str, str],
    unit: str = "short",
    decimals: int | None = None,
    most: float | None = None,
    colours: dict[str, str] | None = None,
) -> timeseries.Panel:
    panel = (
        timeseries.Panel()
        .title(title)
        .description(what)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .span(8)
        .height(8)
        .line_width(1.5)
        .fill_opacity(8)
        .show_points(VisibilityMode.NEVER)
        .line_interpolation(LineInterpolation.LINEAR)
        .legend(common.VizLegendOptions().show_legend(True))
    )
    if decimals is not None:
        panel = panel.decimals(decimals)
    if most is not None:
        panel = panel.max(most)
    for ref, (expr, legend) in zip(ascii_uppercase, queries, strict=False):
        panel = panel.with_target(_query(expr, legend, ref))
    for name, colour in (colours or {}).items():
        fixed = models.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
        panel = panel.override_by_name(name, [fixed])
    return panel


def _stat(
    title: str,
    what: str,
    expr: str,
    *,
    unit: str = "short",
    decimals: int | None = None,
    amber_from: float | None = None,
    red_from: float | None = None,
    plain: bool = False,
) -> stat.Panel:
    steps = [models.Threshold(value=None, color=BLUE if plain else GREEN)]
    steps += [models.Threshold(value=v, color=c) for v, c in ((amber_from, AMBER), (red_from, RED)) if v is not None]
    panel = (
        stat.Panel()
        .title(title)
        .description(what)
        .datasource(SOURCE)
        .unit(unit)
        .span(3)
        .height(4)
        .no_value("–")
        .color_mode(BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.AREA)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .with_target(_query(expr, "", "A"))
        .thresholds(dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    )
    return panel if decimals is None else panel.decimals(decimals)


def _p(quantile: float, metric: str, window: str, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({quantile}, sum by ({labels}) (rate({metric}_bucket[{window}])))"


def _in_all(metric: str, window: str, by: str) -> str:
    """Increase, with what a series was born with: a brand's counter does not exist before its first page."""
    born = f"min_over_time({metric}[{window}]) unless {metric} offset {window} or 0 * {metric}"
    return f"sum by ({by}) (increase({metric}[{window}]) + ({born}))"


def _lately(metric: str, by: str, window: str = "5m") -> str:
    """Return how much a counter rose."""
    return f"sum by ({by}) (increase({metric}[{window}]))" if by else f"sum(increase({metric}[{window}]))"


def _glance() -> list[stat.Panel]:
    lost = "tocsin_mentions_dead_lettered_total", "tocsin_mentions_late_total"
    return [
        _stat(
            "Alerts firing",
            "Of deploy/prometheus/tocsin.rules.yml; docs/operating.md says what to do about each.",
            'count(ALERTS{alertstate="firing", alertname=~"Tocsin.*"}) or vector(0)',
            decimals=0,
            red_from=1,
        ),
        _stat(
            "Processes down",
            "Workers and web processes that do not answer.",
            'count(up{job=~"tocsin-.*"} == 0) or vector(0)',
            decimals=0,
            red_from=1,
        ),
        _stat(
            "Mentions a second",
            "Is it listening? Read from Kafka, last minute.",
            "sum(rate(tocsin_mentions_total[1m])) or vector(0)",
            plain=True,
        ),
        _stat(
            "Behind the present",
            "Is it late? Wall clock less event time read, of the slowest partition.",
            "max(tocsin_watermark_lag_seconds)",
            unit="s",
            decimals=1,
            amber_from=60,
            red_from=300,
        ),
        _stat(
            "Not counted, 1 h",
            "Is it losing anything? Dead letters, and mentions too late for their bin.",
            " + ".join(f"(sum(increase({name}[1h])) or vector(0))" for name in lost),
            decimals=0,
            amber_from=1,
        ),
        _stat(
            "Incidents nobody has",
            "Open and not acknowledged, also those that woke nobody.",
            'sum(tocsin_incidents_current{status="open"})',
            decimals=0,
            red_from=1,
        ),
        _stat(
            "Deliveries waiting",
            "Decided and not yet taken by their receiver.",
            "sum(tocsin_deliveries_pending)",
            decimals=0,
            amber_from=1,
        ),
        _stat(
            "Mention to pager, p99",
            "From the arrival of the deciding mention in Kafka to the page taken; last hour.",
            _p(0.99, "tocsin_page_latency_seconds", "1h"),
            unit="s",
            decimals=1,
            amber_from=5,
            red_from=30,
        ),
    ]


def _listening() -> list[timeseries.Panel]:
    return [
        _series(
            "Is it listening: mentions a second",
            "Read from Kafka, by source. A source that falls to zero is silent, not calm.",
            ("sum by (source) (rate(tocsin_mentions_total[1m]))", "{{source}}"),
        ),
        _series(
            "Is it late: seconds behind the present",
            "Wall clock less the event time read so far, by partition.",
            ("max by (partition) (tocsin_watermark_lag_seconds)", "partition {{partition}}"),
            unit="s",
        ),
        _series(
            "Is it late: records waiting in Kafka",
            "By partition. Growing means that more workers are needed.",
            ("max by (partition) (tocsin_ingest_lag_records)", "partition {{partition}}"),
        ),
        _series(
            "Is it losing anything: not counted, last 5 min",
            "Dead letters, repeats, mentions too late for their bin or ahead of the clock, and not scored.",
            ("sum by (reason) (increase(tocsin_mentions_dead_lettered_total[5m]))", "dead letter: {{reason}}"),
            (
                "sum by (brand, source) (increase(tocsin_mentions_late_total[5m]))",
                "{{brand}}: too late, from {{source}}",
            ),
            ("sum(increase(tocsin_mentions_ahead_total[5m]))", "ahead of the clock, counted when read"),
            ("sum(increase(tocsin_mentions_duplicate_total[5m]))", "repeats"),
            ("sum by (language) (increase(tocsin_mentions_unscored_total[5m]))", "not scored: {{language}}"),
            decimals=0,
        ),
        _series(
            "Is anybody watching: age of the last sign of life",
            "The heartbeat through all stages, twice a minute: the first one that lags has stopped. And the flushes.",
            (f"time() - min by (stage) (max by (stage, partition) ({_HEARTBEAT}))", "heartbeat through {{stage}}"),
            ("max by (partition) (tocsin_flush_age_seconds)", "flush of partition {{partition}}"),
            unit="s",
        ),
        _series(
            "Failures survived, last 5 min",
            "Caught, counted and logged, by where.",
            (" + ".join(f"(sum(increase({name}[5m])) or vector(0))" for name in _ERRORS), "in all"),
            *((f"sum by (where) (increase({name}[5m]))", "{{where}}") for name in _ERRORS),
            decimals=0,
        ),
    ]


def _counted() -> list[timeseries.Panel]:
    return [
        _series(
            "From read to counted, a second",
            "Mentions of a brand that were matched; those in bins that have closed since, without late ones; bins.",
            ("sum(rate(tocsin_mentions_matched_total[5m]))", "matched"),
            ("sum(rate(tocsin_mentions_harmful_total[5m]))", "of these, told of harm to the brand"),
            ("sum(rate(tocsin_observed_mentions_total[5m]))", "in closed bins"),
            ("sum(rate(tocsin_observations_total[5m]))", "bins closed"),
        ),
        _series(
            "What files and the webhook sent, last 5 min",
            "By connector: acknowledged by Kafka, and refused as no mention.",
            (_lately("tocsin_ingested_total", "connector"), "{{connector}}: sent"),
            (_lately("tocsin_ingest_refused_total", "connector"), "{{connector}}: refused"),
            decimals=0,
        ),
        _series(
            "In which language, last 5 min",
            "Mentions that state none, by what their text was told to be in; and those whose text is in another.",
            (_lately("tocsin_mentions_language_told_total", "language"), "told: {{language}}"),
            (_lately("tocsin_mentions_language_contradicted_total", "language"), "contradicted: {{language}}"),
            decimals=0,
        ),
        _series(
            "Batches that cannot be read",
            "The offset at which a partition of mentions waits. None is expected.",
            ("max by (partition) (tocsin_unreadable_offset)", "partition {{partition}}"),
            decimals=0,
        ),
        _series(
            "By what repeats are known",
            "Ids remembered for a day, and those given up before; a repeat of these counts again.",
            ("sum(tocsin_ids_remembered)", "remembered"),
            (_lately("tocsin_ids_given_up_total", "", "1h"), "given up, last hour"),
            decimals=0,
        ),
        _series(
            "What was taken down or erased",
            "What stays away, by kind; take-downs that came or were forgotten too early; evidence whose time is over.",
            ("max by (kind) (tocsin_erased)", "{{kind}}"),
            (_lately("tocsin_mentions_deleted_total", "", "1h"), "take-downs, last hour"),
            (_lately("tocsin_erased_given_up_total", "", "1h"), "forgotten early, last hour"),
            (_lately("tocsin_evidence_removed_total", "", "1h"), "incidents without evidence, last hour"),
            decimals=0,
        ),
        _series(
            "Snapshots too late, last 5 min",
            "Of bins that the watch stage had closed; a few after a restart are normal.",
            (_lately("tocsin_snapshots_late_total", ""), "snapshots"),
            decimals=0,
        ),
    ]


def _people() -> list[timeseries.Panel]:
    return [
        _series(
            "What people did, last hour",
            "Acknowledgements by way, and all commands by type.",
            (_lately("tocsin_acknowledgements_total", "via", "1h"), "acknowledged by {{via}}"),
            (_lately("tocsin_commands_total", "type", "1h"), "{{type}}"),
            decimals=0,
        ),
        _series(
            "What was refused to people, last hour",
            "Commands that were not possible; links: forged, expired, withdrawn; bodies that were not read.",
            (_lately("tocsin_commands_refused_total", "type", "1h"), "command: {{type}}"),
            (_lately("tocsin_links_refused_total", "reason", "1h"), "link: {{reason}}"),
            (_lately("tocsin_http_bodies_refused_total", "why", "1h"), "body: {{why}}"),
            decimals=0,
        ),
        _series(
            "What people taught",
            "Marks on posts that correct scores, histories from archives, and the budget's factor of $brand.",
            ("sum(tocsin_marks)", "marks"),
            (_lately("tocsin_histories_total", "outcome", "1d"), "histories, last day: {{outcome}}"),
            ('tocsin_budget_factor_ratio{brand="$brand"}', "factor of the budget"),
        ),
        _series(
            "The call from outside, last 5 min",
            "Pings to the service that calls when Tocsin stops: sent, not taken, withheld since a stage is late.",
            (_lately("tocsin_dead_man_pings_total", "outcome"), "{{outcome}}"),
            decimals=0,
        ),
    ]


def _sources() -> list[timeseries.Panel]:
    def lately(metric: str) -> str:
        return f"sum by (source) (increase({metric}[5m]))"

    return [
        _series(
            "Heard and kept: posts a second",
            "By source: what upstream gave, and what goes into Kafka.",
            ("sum by (source) (rate(tocsin_source_received_total[5m]))", "{{source}} heard"),
            ("sum by (source) (rate(tocsin_source_emitted_total[5m]))", "{{source}} kept"),
        ),
        _series(
            "How far behind: seconds",
            "Behind the present as each source reads, and since upstream last answered as it should.",
            ("max by (source) (tocsin_source_lag_seconds)", "{{source}}"),
            ("time() - max by (source) (tocsin_source_last_success_timestamp_seconds)", "{{source}}: last answer"),
            unit="s",
        ),
        _series(
            "Not listened to",
            "1 where a source has failed for good or waits for upstream; seconds of the last hour that were not heard.",
            ('max by (source) (tocsin_source_state{state="failed"})', "{{source}} has failed"),
            ('max by (source) (tocsin_source_state{state="waiting"})', "{{source}} waits"),
            ("sum by (source) (increase(tocsin_source_hole_seconds_total[1h]))", "{{source}}: seconds not heard"),
        ),
        _series(
            "Fallen silent",
            "Sources, as posts state them, that always spoke and do not any more; for how long each has been silent.",
            ("sum(tocsin_silent_sources)", "silent sources"),
            ("time() - max by (source) (tocsin_silence_began_timestamp_seconds)", "{{source}}: seconds"),
        ),
        _series(
            "Proven to hear",
            "Where a source is proven: 1 while the newest post of ours came back in time, how long that took, and what "
            "could not be posted or removed.",
            ("min by (source) (tocsin_source_proven)", "{{source}}: proven"),
            ("max by (source) (tocsin_source_proof_seconds)", "{{source}}: seconds"),
            ("time() - max by (source) (tocsin_source_proof_heard_timestamp_seconds)", "{{source}}: seconds since"),
            ("max by (source) (tocsin_source_proof_not_posted)", "{{source}}: not posted"),
            ("sum by (source, outcome) (increase(tocsin_source_proofs_total[1h]))", "{{source}}: {{outcome}}, 1 h"),
            (lately("tocsin_source_proof_left_total"), "{{source}}: not removed"),
        ),
        _series(
            "What becomes of it, last 5 min",
            "By source: what matches a brand, what does not, what its authors ask to leave out, what is no mention, "
            "texts that were cut or withheld.",
            (lately("tocsin_source_matched_total"), "{{source}}: matched"),
            (lately("tocsin_source_dropped_total"), "{{source}}: left out"),
            (lately("tocsin_source_left_out_total"), "{{source}}: left out as was asked"),
            (lately("tocsin_source_refused_total"), "{{source}}: no mention"),
            (lately("tocsin_source_truncated_total"), "{{source}}: cut"),
            (lately("tocsin_source_withheld_total"), "{{source}}: without text"),
            (lately("tocsin_source_unplaced_total"), "{{source}}: without text and brand"),
            decimals=0,
        ),
        _series(
            "Take-downs, last 5 min",
            "By source: of posts that had been sent, and of others, which are not sent.",
            (lately("tocsin_source_deleted_total"), "{{source}}: sent"),
            (lately("tocsin_source_deleted_unknown_total"), "{{source}}: of posts never sent"),
            decimals=0,
        ),
        _series(
            "Trouble, last 5 min",
            "By source: not available, seconds waited at upstream's wish, faults of ours, taken over by another one.",
            (lately("tocsin_source_reconnects_total"), "{{source}}: not available"),
            (lately("tocsin_source_throttled_seconds_total"), "{{source}}: seconds throttled"),
            (lately("tocsin_source_broke_total"), "{{source}}: broke"),
            (lately("tocsin_source_fenced_total"), "{{source}}: taken over"),
            decimals=0,
        ),
        _series(
            "Feeds",
            "Those that failed when they were asked last, by source; and what came of the polls of the last hour.",
            ("max by (source) (tocsin_feeds_failing)", "{{source}}: failing"),
            ("sum by (outcome) (increase(tocsin_feed_polls_total[1h]))", "polls, last hour: {{outcome}}"),
            decimals=0,
        ),
    ]


def _brand() -> list[timeseries.Panel]:
    return [
        _series(
            "Voices a bin, and the band that is expected",
            "Distinct authors of the last closed bin; above the upper edge an hour like this is rarely so loud.",
            ('tocsin_level_mentions{brand="$brand"}', "seen"),
            ('tocsin_expected_mentions{brand="$brand"}', "expected"),
            ('tocsin_upper_mentions{brand="$brand"}', "upper edge"),
            colours={"seen": BLUE, "expected": GREY, "upper edge": AMBER},
        ),
        _series(
            "Score, and the threshold that the budget asks for",
            "In nats. Above the threshold it rings, where volume, negativity, floor and share agree.",
            ('tocsin_score_nats{brand="$brand"}', "score"),
            ('tocsin_threshold_nats{brand="$brand"}', "threshold"),
            colours={"score": BLUE, "threshold": RED},
        ),
        _series(
            "Share of negative voices",
            "Of the voices of the last closed bin.",
            ('tocsin_negative_share_ratio{brand="$brand"}', "negative"),
            unit="percentunit",
            most=1,
            colours={"negative": RED},
        ),
    ]


def _reaching() -> list[timeseries.Panel]:
    changes = "opened|reopened|acknowledged|resolved|false_alarm"
    return [
        _series(
            "Verdicts, last 5 min",
            "What the watch stage told of, by kind and phase; all brands.",
            ("sum by (kind, phase) (increase(tocsin_verdicts_total[5m])) > 0", "{{kind}}: {{phase}}"),
            decimals=0,
        ),
        _series(
            "Incidents, last 5 min",
            "What became of them; all brands.",
            (f'sum by (change) (increase(tocsin_incidents_total{{change=~"{changes}"}}[5m]))', "{{change}}"),
            decimals=0,
        ),
        _series(
            "Deliveries, last 5 min",
            "By receiver, outcome and reason. Refused: it will never take it; unreachable: the next step was told.",
            (
                "sum by (receiver, outcome, reason) (increase(tocsin_deliveries_total[5m])) > 0",
                "{{receiver}}: {{outcome}} {{reason}}",
            ),
            decimals=0,
        ),
        _series(
            "What deliveries wait for",
            "Decided and not yet taken, all receivers; the manual says what to do about each reason.",
            ("sum by (reason) (tocsin_deliveries_waiting)", "{{reason}}"),
            decimals=0,
        ),
        _series(
            "From the mention to the pager, last hour",
            "From the arrival of the deciding mention in Kafka to the page taken.",
            (_p(0.5, "tocsin_page_latency_seconds", "1h"), "median"),
            (_p(0.99, "tocsin_page_latency_seconds", "1h"), "99th percentile"),
            unit="s",
        ),
        _series(
            "How long people take, last day",
            "From the opening to the first acknowledgement.",
            (_p(0.5, "tocsin_acknowledge_seconds", "1d"), "median"),
            (_p(0.9, "tocsin_acknowledge_seconds", "1d"), "90th percentile"),
            unit="s",
        ),
        _series(
            "Pages and false pages, last 7 days",
            "What the false-page budget bought, by brand.",
            (_in_all("tocsin_pages_total", "7d", "brand"), "{{brand}}"),
            (_in_all("tocsin_false_pages_total", "7d", "brand"), "{{brand}}, no crisis"),
            decimals=0,
        ),
    ]


def _moving() -> list[timeseries.Panel]:
    ends = "tocsin_certificate_ends_timestamp_seconds"
    return [
        _series(
            "Is every partition attended to",
            "Partitions that a stage works on, or that are read, over all processes: as many as the topic has.",
            ("sum by (stage) (tocsin_stage_partitions)", "{{stage}} works on"),
            ("sum by (topic) (tocsin_partitions_read)", "{{topic}}: read"),
            ('max by (topic) (tocsin_topic_partitions{topic="mentions"})', "{{topic}}: there are"),
            decimals=0,
        ),
        _series(
            "Partitions that move, last 5 min",
            "Rows of tables read anew, and records thrown away that are read again: a worker came or went.",
            (_lately("tocsin_stage_recovered_rows_total", "stage"), "{{stage}}: rows recovered"),
            (_lately("tocsin_stage_discarded_records_total", "stage"), "{{stage}}: records discarded"),
            decimals=0,
        ),
        _series(
            "Workers that were cut off, last hour",
            "Writes that Kafka refused since another worker has the partition, places of reading that were moved "
            "back, and records that Kafka deleted before they were read. None is expected.",
            ("sum(increase(tocsin_stage_fenced_total[1h])) or vector(0)", "refused in all"),
            ("sum by (stage) (increase(tocsin_stage_fenced_total[1h]))", "{{stage}}: refused"),
            ("sum by (stage) (increase(tocsin_stage_rewound_total[1h]))", "{{stage}}: moved back"),
            ("sum by (stage, topic) (increase(tocsin_stage_lost_records_total[1h]))", "{{stage}}: lost of {{topic}}"),
            decimals=0,
            colours={"watch: refused": AMBER, "incidents: refused": AMBER},
        ),
        _series(
            "Which tocsin.yml, processes",
            "How many processes go by which content of the file, and how many found a mistake when they last read it.",
            ("count by (fingerprint) (tocsin_configuration_info)", "{{fingerprint}}"),
            ("count(tocsin_configuration_last_reading_right == 0) or vector(0)", "found a mistake"),
            decimals=0,
            colours={"found a mistake": RED},
        ),
        _series(
            "Until certificates for Kafka run out",
            "As they are used now. Empty where Kafka is used without.",
            (f"min by (setting) ({ends} - time())", "{{setting}}"),
            (f"min by (setting) ({ends} - tocsin_certificate_began_timestamp_seconds)", "{{setting}}: whole life"),
            unit="s",
        ),
        _series(
            "Since the configuration was read",
            "By process.",
            ("time() - tocsin_configuration_read_timestamp_seconds > 0", "{{job}} {{instance}}"),
            unit="s",
        ),
    ]


def _cost() -> list[timeseries.Panel]:
    people = '{route!~"/(metrics|healthz|readyz)"}'
    return [
        _series(
            "Time of one fetch, p99",
            "Matching all queries, and scoring what matched.",
            (_p(0.99, "tocsin_match_seconds", "5m"), "match"),
            (_p(0.99, "tocsin_score_seconds", "5m"), "score"),
            unit="s",
        ),
        _series(
            "How ingest works",
            "Records of a fetch, bins held open, flushes a second.",
            (_p(0.5, "tocsin_fetch_records", "5m"), "records of a fetch, median"),
            ("sum(tocsin_open_bins)", "open bins"),
            ("sum(rate(tocsin_flushes_total[5m]))", "flushes a second"),
        ),
        _series(
            "Time until Kafka has what a connector sends, p99",
            "Files and the webhook, last 5 min.",
            (_p(0.99, "tocsin_ingest_send_seconds", "5m"), "99th percentile"),
            unit="s",
        ),
        _series(
            "Time that a receiver takes, p95",
            "Last hour.",
            (_p(0.95, "tocsin_delivery_seconds", "1h", "receiver"), "{{receiver}}"),
            unit="s",
        ),
        _series(
            "Requests to the web process, a second",
            "By route and status, without those of machines that watch it.",
            (f"sum by (route, status) (rate(tocsin_http_requests_total{people}[1m]))", "{{route}} {{status}}"),
        ),
    ]


def build() -> models.Dashboard:
    """Return the dashboard."""
    brand = (
        dashboard.QueryVariable("brand")
        .label("Brand")
        .datasource(SOURCE)
        .query("label_values(tocsin_level_mentions, brand)")
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
    )
    board = (
        dashboard.Dashboard("Tocsin")
        .uid("tocsin")
        .tags(["tocsin"])
        .time("now-6h", "now")
        .refresh("15s")
        .timezone("utc")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(brand)
    )
    for glance in _glance():
        board = board.with_panel(glance)
    for title, panels in (
        ("Is it listening, is it late, is it losing anything", _listening()),
        ("Does all of it count", _counted()),
        ("What Tocsin's own sources give", _sources()),
        ("What $brand sounds like", _brand()),
        ("Does it reach people", _reaching()),
        ("What people do", _people()),
        ("Who works on what", _moving()),
        ("What it costs", _cost()),
    ):
        board = board.with_row(dashboard.Row(title))
        for panel in panels:
            board = board.with_panel(panel)
    built = board.build()
    for number, each in enumerate(built.panels or (), start=1):
        each.id_val = number
    return built


def rendered() -> str:
    """Return the dashboard as Grafana's JSON."""
    return json.dumps(build(), cls=JSONEncoder, sort_keys=True, indent=1) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(rendered(), encoding="utf-8")
