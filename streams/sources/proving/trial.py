"""What ``tocsin check`` says of a source's proof; nothing is posted."""

from streams.durations import in_words
from streams.sources.proving.poster import ProofPlan
from streams.sources.source import Problem, SourceError, SourceUnavailableError


async def try_proof(plan: ProofPlan) -> list[Problem]:
    """Return what the account would do, and what keeps it from that. None of it keeps the source from hearing."""
    rate = f"the proof posts every {in_words(plan.every_s)}, {86_400 / plan.every_s:,.1f} times a day"
    try:
        return [
            Problem(says=f"{rate}, {said.says}" if not said.stops else said.says, stops=False)
            for said in await plan.poster.check()
        ]
    except (SourceError, SourceUnavailableError) as error:
        return [Problem(says=f"its proof cannot be posted: {error}", stops=False)]
