"""The deep networks: the cost of one layer against all layers, and the memory that remains of released networks.

The weights are random: neither time nor memory depends on them, and nothing has to be downloaded.
"""

import ctypes
import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from benchmarks.elsewhere import ROOT, hand_over
from benchmarks.lines import Line, milliseconds, times
from benchmarks.servers import resident_megabytes
from benchmarks.timing import interleaved
from vizcore.activations.layer_choice import one_per_resolution
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.networks.pretrained import PRETRAINED, architecture
from vizcore.networks.tutorial import build_trained_cnn

_REPEATS = 7
_RETAINED = 2


def measure() -> list[Line]:
    """Each network in a process of its own, then all of them in turn in one."""
    lines = []
    for name in PRETRAINED:
        results = {what: _in_a_process(name, what) for what in ("one", "first choice", "all")}
        seconds = {what: entry["seconds"] for what, entry in results.items()}
        memory = ", ".join(f"{what} {entry['memory']:.0f} MB" for what, entry in results.items())
        ratio = seconds["all"] / seconds["one"]
        lines.append(
            Line(
                f"{name}: all {results['all']['layers']:.0f} layers / its first convolution alone",
                times(ratio),
                beside=f"{milliseconds(seconds['all'])} / {milliseconds(seconds['one'])}, one layer per resolution "
                f"{milliseconds(seconds['first choice'])}; highest memory above that of the idle network: {memory}",
            )
        )
    return [*lines, *_through_all()]


def _in_a_process(name: str, what: str) -> dict[str, float]:
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.deep", name, what], cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=300
    )
    result: dict[str, float] = json.loads(finished.stdout.splitlines()[-1])
    return result


def _read(name: str, what: str) -> dict[str, float]:
    network = trace(architecture(PRETRAINED[name]))
    convolution = next(layer.name for layer in network.layers if "Conv" in layer.kind)
    choices = {
        "one": [convolution],
        "first choice": one_per_resolution(network.layers),
        "all": [layer.name for layer in network.layers],
    }
    # Building the network set the highest value so far. It is reset here.
    _give_back()
    Path("/proc/self/clear_refs").write_text("5")
    before = resident_megabytes(os.getpid())
    batch = _batch(network)
    (seconds,) = interleaved(lambda: network.read(batch, choices[what]), repeats=_REPEATS)
    highest = resident_megabytes(os.getpid(), highest=True)
    return {"seconds": seconds, "memory": highest - before, "layers": len(network.layers)}


def _through_all() -> list[Line]:
    """Every network is chosen once and two are retained, as in the app."""
    networks: list[TracedNetwork] = []
    released: list[TracedNetwork] = []
    first = trace(build_trained_cnn())
    first.read(_batch(first), [layer.name for layer in first.layers])
    _give_back()
    before = resident_megabytes(os.getpid())
    stages = []
    networks.append(first)
    for name, entry in PRETRAINED.items():
        network = trace(architecture(entry))
        network.read(_batch(network), one_per_resolution(network.layers))
        networks.append(network)
        released += networks[:-_RETAINED]
        networks = networks[-_RETAINED:]
        stages.append(name)
    del network, first
    _give_back()
    without_release = resident_megabytes(os.getpid())
    released.clear()
    _give_back()
    after = resident_megabytes(os.getpid())
    return [
        Line(
            f"Resident memory after {', '.join(stages)} in turn, the last two kept, above that of the small network",
            f"{after - before:.0f} MB",
            beside=f"{without_release - before:.0f} MB if none were released; the small network's process has "
            f"{before:.0f} MB",
        )
    ]


def _batch(network: TracedNetwork) -> np.ndarray:
    return np.random.default_rng(0).random((1, *network.input_shape), dtype=np.float32)


def _give_back() -> None:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(_read(*sys.argv[1:])))
    else:
        hand_over(measure())
