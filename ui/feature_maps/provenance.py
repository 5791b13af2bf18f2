"""Where the values in a file come from: in its name, below its title, and in its description."""

from dataclasses import asdict, replace
from pathlib import PurePath
from typing import Any

from ui.cached.outputs import Layers
from ui.feature_maps.controls import TUNING, LayerChoice
from vizcore.activations.layer import LayerInfo
from vizcore.figures.file_names import file_stem
from vizcore.numbers import with_minus_signs


def stem(layers: Layers, choice: LayerChoice, what: str, *, page: int = 0) -> str:
    """The name of a file without its ending: network, picture, amount, layer, view and scale.

    Two different views never have the same name: a digest of all choices ends it.

    Args:
        layers: the outputs of the network.
        choice: how layers are drawn.
        what: name of the layer, or another word for what is in the file.
        page: index of the page of channels.
    """
    subject, light = layers.subject, layers.light
    scale = "" if choice.view == TUNING else choice.scale.label
    shown = (subject.entry.label, PurePath(subject.picture.name).stem, light.written, what, choice.view, scale)
    # How the layers are drawn is written without their descriptions: what is in the file is in the name.
    apart = (subject.key, light.key, repr(replace(choice, layers=())), str(page))
    return file_stem(shown, apart=(*apart, *(layer.name for layer in choice.layers)))


def subtitle(layers: Layers) -> str:
    """Network, picture and amount in one line."""
    subject, light = layers.subject, layers.light
    amount = with_minus_signs(light.kind.slider.written(light.amount))
    return f"{subject.entry.label} · {subject.picture.title} · {light.kind.name} {amount}"


def about(layers: Layers, choice: LayerChoice) -> dict[str, Any]:
    """Network, picture, brightness, input and view, as data for JSON. For the digest of weights a file may be read."""
    subject, light = layers.subject, layers.light
    entry, picture = subject.entry, subject.picture
    view = {name: value for name, value in vars(choice).items() if name not in _ELSEWHERE}
    return {
        "network": {"name": entry.label, "version": entry.version, "weights": entry.weights_digest()},
        "picture": {
            "name": picture.name,
            "sha256": picture.digest,
            "size": list(picture.size),
            "augmentation": [step.label for step in picture.steps],
        },
        "brightness": {"kind": light.kind.name, "amount": light.amount, "unit": light.kind.unit},
        "input": {
            "shape": list(layers.network.traced.input_shape),
            "value range": entry.value_range,
            "fit": subject.fit,
            "interpolation": subject.interpolation,
            "lens": subject.lens,
        },
        "view": {**view, "scale": asdict(choice.scale)},
    }


_ELSEWHERE = frozenset({"layers", "fit", "interpolation", "lens", "is_narrow"})


def about_layer(layer: LayerInfo) -> dict[str, Any]:
    """Name, kind and shape of a layer, as data for JSON."""
    return {"name": layer.name, "kind": layer.kind, "shape": list(layer.shape)}
