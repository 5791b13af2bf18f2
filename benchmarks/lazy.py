"""The Brighten page does not load TensorFlow, even when it is used."""

import asyncio

from benchmarks.lines import Line
from benchmarks.pictures import photograph
from benchmarks.servers import app, has_tensorflow
from benchmarks.sessions import visitor


def measure() -> list[Line]:
    """Look into the server's memory after an upload and a new brightness, and again after the Feature maps page."""
    with app() as (address, process):
        asyncio.run(_brighten(address))
        after_brighten = has_tensorflow(process)
        asyncio.run(_feature_maps(address))
        if not has_tensorflow(process):
            raise RuntimeError("TensorFlow is not seen where it must be: the check itself is wrong.")
    return [
        Line(
            "TensorFlow in the server's memory after the Brighten page was used",
            "yes" if after_brighten else "no",
            "no",
            not after_brighten,
            "libraries mapped by the process; after the Feature maps page they are there",
        )
    ]


async def _brighten(address: str) -> None:
    async with visitor(address) as someone:
        await someone.open("Brighten")
        await someone.upload("Upload", "photograph.jpg", photograph())
        await someone.set_number("Gain", 2.5)


async def _feature_maps(address: str) -> None:
    async with visitor(address) as someone:
        await someone.open("Feature_maps")
