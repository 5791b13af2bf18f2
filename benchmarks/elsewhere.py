"""Measurements in a separate process, with its own Python."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.lines import Line

ROOT = Path(__file__).parents[1]


def measured_by(module: str, *, environment: str = "") -> list[Line]:
    """Run a module that prints its lines with `hand_over`.

    Args:
        module: the name of the module.
        environment: the suffix that the other Python environment's name adds to this one's; empty for this one.
    """
    prefix = Path(sys.prefix)
    python = prefix.with_name(prefix.name + environment) / "bin" / "python"
    if not python.exists():
        raise FileNotFoundError(f"{prefix.name}{environment} is missing; `make bench` makes it.")
    finished = subprocess.run(
        [python, "-m", module],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    return [Line(**entry) for entry in json.loads(finished.stdout.splitlines()[-1])]


def hand_over(lines: list[Line]) -> None:
    """Print lines for `measured_by`."""
    print(json.dumps([asdict(line) for line in lines]))
