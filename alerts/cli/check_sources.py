"""Asks each source, all at the same time, whether it can be reached, lets us in, and what it will cost."""

import asyncio
from collections.abc import Awaitable, Callable

from alerts.cli.listened import client_of, listened_of
from alerts.cli.pushed import has_listened, notes_of, pushed_of
from alerts.configuration.configuration import Configuration
from streams.sources.http import HttpClient
from streams.sources.listening import Listened
from streams.sources.proving.poster import Provable
from streams.sources.proving.trial import try_proof
from streams.sources.pushed import PushedSource, Subscribes
from streams.sources.source import Problem, SourceError, SourceUnavailableError

ANSWER_S = 20.0
_CLOSE_S = 3.0


async def check_sources(configuration: Configuration, *, answer_s: float = ANSWER_S) -> tuple[list[str], list[str]]:
    """Return notes on the sources, and what stops them, a line each, in the configuration's order.

    Parameters
    ----------
    answer_s
        How long each may take.
    """
    if not configuration.sources:
        return [], []
    pushed = [one.source for one in pushed_of(configuration)]
    listened = listened_of(configuration) if has_listened(configuration) else []
    http = client_of(configuration)
    try:
        answers = await asyncio.gather(*[_check(source, http, answer_s) for source in listened])
        asked = await asyncio.gather(*[_check_pushed(source, http, answer_s) for source in pushed])
    finally:
        await http.close()
    found = dict(zip((source.id for source in listened), answers, strict=True))
    for source, (notes, failures) in zip(pushed, asked, strict=True):
        found[source.id] = ([*notes_of(source, configuration.public_url), *notes], failures)
    ordered = [found[section.id] for section in configuration.sources]
    return [line for notes, _ in ordered for line in notes], [line for _, failures in ordered for line in failures]


async def _check(listened: Listened, http: HttpClient, answer_s: float) -> tuple[list[str], list[str]]:
    async def ask() -> list[Problem]:
        source = listened.build(http)
        try:
            async with asyncio.timeout(answer_s):
                plan = source.proof if isinstance(source, Provable) else None
                return [*await source.check(), *(await try_proof(plan) if plan is not None else ())]
        finally:
            async with asyncio.timeout(_CLOSE_S):
                await source.close()

    named = f"source {listened.id} ({listened.kind})"
    notes, failures = await _answers(named, ask, answer_s)
    return ([] if failures else [f"{named}: can be heard"]) + notes, failures


async def _check_pushed(source: PushedSource, http: HttpClient, answer_s: float) -> tuple[list[str], list[str]]:
    if not isinstance(source, Subscribes):
        return [], []

    async def ask() -> list[Problem]:
        async with asyncio.timeout(answer_s):
            return await source.check(http)

    return await _answers(f"source {source.id} ({source.kind})", ask, answer_s)


async def _answers(
    named: str, ask: Callable[[], Awaitable[list[Problem]]], answer_s: float
) -> tuple[list[str], list[str]]:
    """Return the notes and the failures that asking leads to."""
    try:
        problems = await ask()
    except SourceUnavailableError as error:
        return [], [f"{named}: {error}; `tocsin listen` tries again until it answers"]
    except SourceError as error:
        return [], [f"{named}: {error}"]
    except TimeoutError:
        return [], [f"{named}: no answer within {answer_s:g} s; `tocsin listen` tries again until it answers"]
    except Exception as error:  # noqa: BLE001 - a source that breaks must not hide what the others say
        return [], [f"{named}: it failed when it was asked: {error!r}; this is a bug in Tocsin"]
    failures = [f"{named}: {problem.says}" for problem in problems if problem.stops]
    return [f"note: {named}: {problem.says}" for problem in problems if not problem.stops], failures
