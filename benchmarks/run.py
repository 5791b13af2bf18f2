"""Measure everything and write `results.md`, or measure one part and print it.

python -m benchmarks.run
python -m benchmarks.run --only preview
"""

import argparse
import time
from collections.abc import Callable
from types import MappingProxyType

from benchmarks import channel, following, lazy, memory, preview, release, report, rerun, training, wire
from benchmarks.elsewhere import measured_by
from benchmarks.lines import Line

PARTS: MappingProxyType[str, tuple[str, Callable[[], list[Line]]]] = MappingProxyType(
    {
        "tutorial": (
            "The tutorial's procedure and ours",
            lambda: measured_by("benchmarks.tutorial", environment="-tutorial"),
        ),
        "forward": ("A forward pass", lambda: measured_by("benchmarks.forward")),
        "deep": ("The deep networks", lambda: measured_by("benchmarks.deep")),
        "tuning": ("Tuning curves and derivatives", lambda: measured_by("benchmarks.tuning")),
        "worth": ("What channels are worth", lambda: measured_by("benchmarks.worth")),
        "climbing": ("What a channel prefers", lambda: measured_by("benchmarks.climbing")),
        "rerun": ("A rerun", rerun.measure),
        "channel": ("One channel", channel.measure),
        "preview": ("The live preview", preview.measure),
        "release": ("From the brightness to the maps", release.measure),
        "following": ("Charts that follow a held thumb", following.measure),
        "wire": ("A layer on the wire", wire.measure),
        "training": ("While a network trains", training.measure),
        "lazy": ("Without TensorFlow", lazy.measure),
        "memory": ("Memory", memory.measure),
    }
)


def main() -> None:
    """Read the arguments, measure, report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="What the app costs, measured.")
    parser.add_argument("--only", choices=PARTS, help="measure one part, print it, write nothing")
    only = parser.parse_args().only
    versions = report.versions()
    start = time.monotonic()
    results = {}
    for name, (heading, measure) in PARTS.items():
        if only in (None, name):
            begun = time.monotonic()
            results[heading] = measure()
            print(f"{heading} ({time.monotonic() - begun:.0f} s)\n{report.table(results[heading])}", flush=True)
    if only is None:
        report.write(results, seconds=time.monotonic() - start, versions=versions)
        print(f"Written to benchmarks/{report.RESULTS.name}.")


if __name__ == "__main__":
    main()
