"""One picture through all layers: `predict` of the sub-model against the graph that was traced once."""

import keras

from benchmarks.elsewhere import hand_over
from benchmarks.lines import Line, milliseconds, times
from benchmarks.timing import interleaved
from vizcore.activations.tracing import trace
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.samples import open_sample

_TARGET = 10
_REPEATS = 60


def measure() -> list[Line]:
    """Both sides are warm and return NumPy arrays of all eight layers."""
    model = build_simple_cnn((64, 64, 3))
    network = trace(model)
    names = [layer.name for layer in network.layers]
    sub_model = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    batch = preprocess_image(open_sample("star").pixels)
    predicted, read = interleaved(
        lambda: sub_model.predict(batch, verbose=0), lambda: network.read(batch, names), repeats=_REPEATS, warm_up=5
    )
    return [
        Line(
            f"All {len(names)} layers for one picture: `predict` of the same sub-model / traced",
            times(predicted / read),
            f"≥ {_TARGET} ×",
            predicted / read >= _TARGET,
            f"{milliseconds(predicted)} / {milliseconds(read)}",
        )
    ]


if __name__ == "__main__":
    hand_over(measure())
