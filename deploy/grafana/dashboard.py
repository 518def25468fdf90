"""The Grafana dashboard as code: ``python deploy/grafana/dashboard.py`` writes ``dashboards/tocsin.json`` anew."""

import json
from pathlib import Path

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import LineInterpolation, VisibilityMode

SOURCE = models.DataSourceRef(type_val="prometheus", uid="prometheus")
OUTPUT = Path(__file__).parent / "dashboards" / "tocsin.json"

RED, AMBER, GREEN, BLUE, GREY = "#c4314b", "#d98c00", "#2e8b57", "#3b6fb6", "#8a8f98"


def _query(expr: str, legend: str = "") -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expr).legend_format(legend).datasource(SOURCE)


def _series(title: str, what: str, *queries: tuple[str, str], unit: str = "short", width: int = 12) -> timeseries.Panel:
    panel = (
        timeseries.Panel()
        .title(title)
        .description(what)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .span(width)
        .height(8)
        .line_width(1.5)
        .fill_opacity(8)
        .show_points(VisibilityMode.NEVER)
        .line_interpolation(LineInterpolation.LINEAR)
        .legend(common.VizLegendOptions().show_legend(len(queries) > 1 or "{{" in queries[0][1]))
    )
    for expr, legend in queries:
        panel = panel.with_target(_query(expr, legend))
    return panel


def _coloured(panel: timeseries.Panel, **colours: str) -> timeseries.Panel:
    for name, colour in colours.items():
        panel = panel.override_by_name(
            name, [models.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})]
        )
    return panel


def _stat(title: str, what: str, expr: str, *, unit: str = "short", bad_from: float | None = None) -> stat.Panel:
    steps = [models.Threshold(value=None, color=GREEN)]
    if bad_from is not None:
        steps.append(models.Threshold(value=bad_from, color=RED))
    return (
        stat.Panel()
        .title(title)
        .description(what)
        .datasource(SOURCE)
        .unit(unit)
        .span(4)
        .height(4)
        .with_target(_query(expr))
        .thresholds(dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    )


def build() -> models.Dashboard:
    """Return the dashboard: is it listening, is it late, is it losing anything, what does each brand sound like."""
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
        .readonly()
        .with_variable(brand)
    )
    panels = [
        _stat(
            "Open incidents", "Nobody has taken these yet.", 'sum(tocsin_incidents_current{status="open"})', bad_from=1
        ),
        _stat("Mentions a second", "Is it listening?", "sum(rate(tocsin_mentions_total[1m]))"),
        _stat(
            "Watermark lag",
            "Is it late? The slowest partition.",
            "max(tocsin_watermark_lag_seconds)",
            unit="s",
            bad_from=300,
        ),
        _stat(
            "Dead letters, 1 h",
            "Records that broke the schema.",
            "sum(increase(tocsin_mentions_dead_lettered_total[1h]))",
            bad_from=1,
        ),
        _stat("Deliveries waiting", "Decided and not yet taken.", "sum(tocsin_deliveries_pending)", bad_from=1),
        _stat(
            "Page latency, p99",
            "From the mention to the pager, last hour.",
            "histogram_quantile(0.99, sum by (le) (rate(tocsin_page_latency_seconds_bucket[1h])))",
            unit="s",
            bad_from=30,
        ),
    ]
    for panel in panels:
        board = board.with_panel(panel)
    board = board.with_row(dashboard.Row("What $brand sounds like"))
    board = board.with_panel(
        _coloured(
            _series(
                "Voices a bin against the expected band",
                "Distinct authors of the last closed bin.",
                ('tocsin_level_mentions{brand="$brand"}', "seen"),
                ('tocsin_expected_mentions{brand="$brand"}', "expected"),
                ('tocsin_upper_mentions{brand="$brand"}', "upper edge"),
            ),
            seen=BLUE,
            expected=GREY,
            **{"upper edge": AMBER},
        )
    )
    board = board.with_panel(
        _coloured(
            _series(
                "Negative share",
                "Share of the voices that are negative.",
                ('tocsin_negative_share_ratio{brand="$brand"}', "negative share"),
                unit="percentunit",
            ),
            **{"negative share": RED},
        )
    )
    board = board.with_panel(
        _coloured(
            _series(
                "Score against the threshold",
                "What the false-page budget asks for.",
                ('tocsin_score_nats{brand="$brand"}', "score"),
                ('tocsin_threshold_nats{brand="$brand"}', "threshold"),
            ),
            score=BLUE,
            threshold=RED,
        )
    )
    board = board.with_panel(
        _series(
            "Incidents",
            "Changes of incidents, by kind.",
            ("sum by (kind, change) (increase(tocsin_incidents_total[5m]))", "{{kind}} {{change}}"),
        )
    )
    board = board.with_row(dashboard.Row("Is it listening, is it late, is it losing anything"))
    for panel in (
        _series(
            "Mentions by source",
            "Read from Kafka.",
            ("sum by (source) (rate(tocsin_mentions_total[1m]))", "{{source}}"),
            unit="cps",
        ),
        _series(
            "What is not counted",
            "Dead letters, repeats, and mentions too late for their bin.",
            ("sum by (reason) (rate(tocsin_mentions_dead_lettered_total[5m]))", "dead letter: {{reason}}"),
            ("sum(rate(tocsin_mentions_duplicate_total[5m]))", "repeats"),
            ("sum(rate(tocsin_mentions_late_total[5m]))", "late"),
            ("sum by (language) (rate(tocsin_mentions_unscored_total[5m]))", "unscored: {{language}}"),
            unit="cps",
        ),
        _series(
            "Watermark lag by partition",
            "Wall clock less the event time read so far.",
            ("max by (partition) (tocsin_watermark_lag_seconds)", "{{partition}}"),
            unit="s",
        ),
        _series(
            "Age of the last flush",
            "A partition that tells nothing is a partition nobody watches.",
            ("max by (partition) (tocsin_flush_age_seconds)", "{{partition}}"),
            unit="s",
        ),
        _series(
            "Time to match and to score a fetch",
            "99th percentile.",
            ("histogram_quantile(0.99, sum by (le) (rate(tocsin_match_seconds_bucket[5m])))", "match"),
            ("histogram_quantile(0.99, sum by (le) (rate(tocsin_score_seconds_bucket[5m])))", "score"),
            unit="s",
        ),
        _series(
            "Deliveries",
            "Settled, by receiver and outcome.",
            ("sum by (receiver, outcome) (increase(tocsin_deliveries_total[5m]))", "{{receiver}} {{outcome}}"),
        ),
        _series(
            "Acknowledged within",
            "Median time from the opening to the first acknowledgement.",
            ("histogram_quantile(0.5, sum by (le) (rate(tocsin_acknowledge_seconds_bucket[1d])))", "median"),
            unit="s",
        ),
        _series(
            "Pages and false pages",
            "What the false-page budget bought.",
            ("sum by (brand) (increase(tocsin_pages_total[7d]))", "{{brand}} pages"),
            ("sum by (brand) (increase(tocsin_false_pages_total[7d]))", "{{brand}} false"),
        ),
    ):
        board = board.with_panel(panel)
    return board.build()


def rendered() -> str:
    """Return the dashboard as Grafana's JSON."""
    return json.dumps(build(), cls=JSONEncoder, sort_keys=True, indent=1) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(rendered(), encoding="utf-8")
