"""Resident memory of the server: fresh, at work, and after twenty visitors with large pictures."""

import asyncio
import time
import tomllib

from benchmarks.elsewhere import ROOT
from benchmarks.lines import Line
from benchmarks.pictures import large_photograph, with_comment
from benchmarks.servers import app, resident_megabytes
from benchmarks.sessions import visitor

_VISITORS = 20
_LATER = 8  # seconds for the server to notice
_SWEPT = 25  # seconds until the app has released the memory that is no longer used


def measure() -> list[Line]:
    """The memory is only reported, so no line has a target."""
    data = large_photograph()
    stages: list[tuple[str, float]] = []
    with app() as (address, process):

        def note(stage: str) -> None:
            stages.append((stage, resident_megabytes(process)))

        note("after start")
        asyncio.run(_visit(address, "Brighten"))
        note("after the first page (Brighten)")
        asyncio.run(_visit(address, "Feature_maps"))
        note("after the first forward pass")
        for number in range(_VISITORS):
            asyncio.run(_bring(address, with_comment(data, f"visitor {number}")))
        note(f"after {_VISITORS} sessions that each uploaded {len(data) / 1e6:.0f} MB and left")
        time.sleep(_time_to_live() + _LATER)
        asyncio.run(_visit(address, "Brighten"))
        time.sleep(_SWEPT)
        note("when they are forgotten and one more has come and gone")
        highest = resident_megabytes(process, highest=True)
    before = stages[2][1]
    lines = [
        Line(f"Resident memory {stage}", f"{megabytes:.0f} MB", beside=_change(megabytes, before, index))
        for index, (stage, megabytes) in enumerate(stages)
    ]
    return [*lines, Line("Highest resident memory of that server", f"{highest:.0f} MB")]


def _time_to_live() -> int:
    """Seconds for which the app retains the session of a visitor who has left."""
    settings = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    seconds: int = settings["server"]["disconnectedSessionTTL"]
    return seconds


def _change(megabytes: float, before: float, index: int) -> str:
    return f"{megabytes - before:+.0f} MB since the first forward pass" if index > 2 else ""


async def _visit(address: str, page: str) -> None:
    async with visitor(address) as someone:
        await someone.open(page)


async def _bring(address: str, data: bytes) -> None:
    """Bring a picture, brighten it, look at its feature maps, leave."""
    async with visitor(address) as someone:
        await someone.open("Brighten")
        await someone.upload("Upload", "large.jpg", data)
        await someone.set_number("Gain", 2.0)
        await someone.open("Feature_maps")
