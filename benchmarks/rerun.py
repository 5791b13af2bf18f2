"""A rerun of a page without a network: a server that has loaded TensorFlow against one that has not."""

import asyncio
from contextlib import AsyncExitStack
from statistics import median

from benchmarks.lines import Line, milliseconds, times
from benchmarks.servers import app, has_tensorflow
from benchmarks.sessions import Visitor, visitor

_TARGET = 1.5
_SESSIONS = 10
_REPEATS = {1: 60, _SESSIONS: 20}
_GAINS = (1.25, 2.25)  # the page computes each once; after that only the rerun itself is measured


def measure() -> list[Line]:
    """The same page, the same clicks, the two servers in turns, for one visitor and for ten at once."""
    with app() as (plain, plain_process), app() as (loaded, loaded_process):
        durations = asyncio.run(_durations(plain, loaded))
        if has_tensorflow(plain_process) or not has_tensorflow(loaded_process):
            raise RuntimeError("TensorFlow is loaded where it should not be, or is not where it should.")
    lines = []
    for num_sessions, (without, with_tensorflow) in durations.items():
        ratio = median(with_tensorflow) / median(without)
        at_once = "one session" if num_sessions == 1 else f"{num_sessions} sessions at once"
        worst = " / ".join(milliseconds(_slow(each)) for each in (with_tensorflow, without))
        lines.append(
            Line(
                f"Rerun of the Brighten page, {at_once}: with TensorFlow loaded / without",
                times(ratio),
                f"≤ {_TARGET} ×",
                ratio <= _TARGET,
                f"{milliseconds(median(with_tensorflow))} / {milliseconds(median(without))}; 95 of 100 within {worst}",
            )
        )
    return lines


def _slow(durations: list[float]) -> float:
    return sorted(durations)[int(0.95 * (len(durations) - 1))]


async def _durations(plain: str, loaded: str) -> dict[int, tuple[list[float], list[float]]]:
    async with AsyncExitStack() as stack:
        async with visitor(loaded) as first:
            await first.open("Feature_maps")  # loads TensorFlow; then the visitor leaves
        groups = [await _visitors(stack, address) for address in (plain, loaded)]
        return {num: await _in_turns(groups, num, repeats) for num, repeats in _REPEATS.items()}


async def _visitors(stack: AsyncExitStack, address: str) -> list[Visitor]:
    visitors = [await stack.enter_async_context(visitor(address)) for _ in range(_SESSIONS)]
    for each in visitors:
        await each.open("Brighten")
        for gain in _GAINS:
            await each.set_number("Gain", gain)
    return visitors


async def _in_turns(groups: list[list[Visitor]], num_sessions: int, repeats: int) -> tuple[list[float], list[float]]:
    durations: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeats):
        for index in (0, 1) if turn % 2 else (1, 0):
            active = groups[index][:num_sessions]
            durations[index].extend(
                await asyncio.gather(*(each.set_number("Gain", _GAINS[turn % len(_GAINS)]) for each in active))
            )
    return durations
