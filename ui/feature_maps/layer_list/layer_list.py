"""Component: all layers of a network as a drawing of its blocks and as a table. A click chooses a layer."""

from collections.abc import Callable, Sequence
from math import prod
from pathlib import Path

from ui.parts.component import component
from ui.session.events import event
from vizcore.activations.blocks import Block, blocks
from vizcore.activations.layer import LayerInfo

_layer_list = component("layer_list", Path(__file__).parent)


def layer_list(
    layers: Sequence[LayerInfo], chosen: Sequence[str], *, key: str, on_chosen: Callable[[list[str]], None]
) -> None:
    """Draw the drawing and the table.

    Args:
        layers: all layers, in the order of the network.
        chosen: names of the chosen layers.
        key: of the component.
        on_chosen: called with the names of the chosen layers, in the order of the network, after a click.
    """

    def changed() -> None:
        names = event(key, "chosen")
        # The message comes from the browser.
        if isinstance(names, list):
            on_chosen([layer.name for layer in layers if layer.name in names])

    _layer_list(
        key=key,
        data={
            "layers": [_row(layer) for layer in layers],
            "blocks": [_box(block) for block in blocks(layers)],
            "chosen": [layer.name for layer in layers if layer.name in chosen],
        },
        on_chosen_change=changed,
    )


def _row(layer: LayerInfo) -> dict[str, str | int]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "shape": _written(layer.shape),
        "size": prod(layer.shape),
        "parameters": layer.num_parameters,
    }


def _box(block: Block) -> dict[str, object]:
    height = block.shape[0] if len(block.shape) == 3 else 1
    return {
        "name": block.name,
        "shape": _written(block.shape),
        "height": height,
        "channels": block.shape[-1],
        "layers": block.layers,
    }


def _written(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
