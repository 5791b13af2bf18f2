"""Climbs against those of Xplique, a library for the same purpose, on the same numbers of the network that is shipped.

Xplique asks for older versions of what the product uses, so it is not among the requirements. To run this, install it
without them into a folder of its own, with the packages that it imports and that are not there, and put the folder on
the path of Python: `pip install --no-deps --target FOLDER xplique …`, `PYTHONPATH=FOLDER pytest …`.
"""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from vizcore.activations.interface import Objective
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.units.maximisation import Climb, maximise

xplique = pytest.importorskip("xplique.features_visualizations", reason="Xplique is not installed")

UNIT = RANGES["0…1"]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build_trained_cnn()


@pytest.fixture(scope="module")
def traced(model: keras.Model) -> TracedNetwork:
    return trace(model)


@pytest.mark.parametrize("moved", [False, True], ids=["still", "moved"])
@pytest.mark.parametrize(("layer", "channel"), [("conv1", 3), ("conv2", 17), ("conv3", 5), ("logits", 3)])
def test_a_climb_leads_as_far(layer: str, channel: int, moved: bool, model: keras.Model, traced: TracedNetwork) -> None:
    tf.random.set_seed(0)
    kind = xplique.Objective.neuron if layer == "logits" else xplique.Objective.channel
    # Its own settings: 256 steps, and with them its standard transformations or none.
    ways: dict[str, Any] = {} if moved else {"transformations": None}
    theirs, _ = xplique.optimize(kind(model, layer, channel), custom_shape=(64, 64), values_range=(0, 1), **ways)
    pixels = np.rint(np.clip(np.asarray(theirs[-1])[0], 0, 1) * 255).astype(np.uint8)
    reached = float(traced.read(UNIT.apply(pixels)[np.newaxis], [layer])[layer][..., channel].mean())
    climb = Climb(number=1) if moved else Climb(number=1, shift=0, scaling=0)
    (ours,) = maximise(traced, Objective(layer, channel), UNIT, climb=climb)
    assert ours.value >= 0.95 * reached, f"{ours.value:.3f} against {reached:.3f}"
