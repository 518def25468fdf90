"""The sections of the benchmark, by name."""

from collections.abc import Callable, Mapping

from alerts.simulation.benchmark.aspect import measure_blame
from alerts.simulation.benchmark.bluesky import measure_bluesky
from alerts.simulation.benchmark.chain import measure_chain
from alerts.simulation.benchmark.decision import measure_budget, measure_delay
from alerts.simulation.benchmark.figures import Bench, Figures
from alerts.simulation.benchmark.marks import measure_marks
from alerts.simulation.benchmark.public_data import measure_labelled_series, measure_negativity
from alerts.simulation.benchmark.real_pages import measure_pages
from alerts.simulation.benchmark.rough import measure_rough
from alerts.simulation.benchmark.second_reading_figures import measure_second_reading
from alerts.simulation.benchmark.stories import measure_stories
from alerts.simulation.benchmark.throughput import measure_throughput

SECTIONS: Mapping[str, Callable[[Bench], Figures]] = {
    "stories": measure_stories,
    "pages": measure_pages,
    "delay": measure_delay,
    "budget": measure_budget,
    "rough": measure_rough,
    "series": measure_labelled_series,
    "negativity": measure_negativity,
    "aspect": measure_blame,
    "marks": measure_marks,
    "throughput": measure_throughput,
    "bluesky": measure_bluesky,
    "chain": measure_chain,
    "second-reading": measure_second_reading,
}
ON_REQUEST = frozenset({"chain", "second-reading"})
"""The one starts servers, the other tells all stories again: they are measured only where they are asked for."""
