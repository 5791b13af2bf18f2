"""`results.md`: tables, date, machine, versions."""

import datetime
import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.lines import Line
from tests.browser.app import running_chromium

RESULTS = Path(__file__).parent / "results.md"
_PACKAGES = (
    ("Streamlit", ("streamlit",)),
    ("TensorFlow", ("tensorflow-cpu", "tensorflow")),
    ("Keras", ("keras",)),
    ("Plotly", ("plotly",)),
    ("NumPy", ("numpy",)),
    ("Pillow", ("pillow",)),
)


def table(lines: Sequence[Line]) -> str:
    """The lines as a table in Markdown."""
    rows = [("What", "Measured", "Target", "", "Beside it"), ("---", "--:", "--:", "---", "---")]
    for line in lines:
        verdict = "" if line.met is None else "met" if line.met else "**not met**"
        rows.append((line.what, line.measured, line.target, verdict, line.beside))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write(parts: Mapping[str, Sequence[Line]], *, seconds: float, versions: str) -> None:
    """Write `results.md`.

    Args:
        parts: heading of each part → its lines.
        seconds: the duration of all parts.
        versions: the versions of the software that was measured.
    """
    sections = "".join(f"\n## {heading}\n\n{table(lines)}" for heading, lines in parts.items())
    RESULTS.write_text(
        "# Measurements\n\n"
        "Written by `make bench`. Speed is given as ratios: both sides alternate in one run, medians are compared. The "
        "absolute times beside them belong to this machine.\n"
        f"{sections}\n"
        f"{datetime.datetime.now(datetime.UTC):%-d %B %Y}, in {seconds / 60:.1f} minutes. {_machine()}\n\n"
        f"{versions}\n",
        encoding="utf-8",
    )


def _machine() -> str:
    processor = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    kibibytes = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    name = processor[1].strip() if processor else platform.machine()
    memory = f"{int(kibibytes[1]) / 2**20:.0f} GB of memory" if kibibytes else "memory unknown"
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{len(os.sched_getaffinity(0))} cores ({name}), {memory}, {system}."


def versions() -> str:
    """The versions of the software that is measured. It starts a Chromium, so a machine without one fails at once."""
    with running_chromium() as browser:
        chromium = browser.version
    texts = [f"Python {sys.version.split()[0]}"]
    texts += [f"{name} {_installed(candidates)}" for name, candidates in _PACKAGES]
    return ", ".join([*texts, f"Chromium {chromium}"]) + "."


def _installed(candidates: Sequence[str]) -> str:
    for candidate in candidates:
        try:
            return version(candidate)
        except PackageNotFoundError:
            continue
    raise PackageNotFoundError(" or ".join(candidates))
