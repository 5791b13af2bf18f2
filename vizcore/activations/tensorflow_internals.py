"""Derivatives of operations that TensorFlow has none of: the only use of interfaces that TensorFlow does not publish.

Forward mode of TensorFlow 2.21 computes the derivative of an operation from the gradient of its gradient. Several
operations have no such gradient, and some are even registered as having none, so that none can be registered. Yet an
operation that is linear in the picture is its own derivative.

The interfaces are those of TensorFlow 2.21.0. In `tensorflow/python/eager/forwardprop.py`, `_SPECIAL_CASES` maps the
type of an operation to a function of its attributes, inputs, outputs and tangents. `function_def_to_graph` makes the
graph of a function that an operation calls. `tests/vizcore/activations/test_tensorflow_internals.py` runs them against
the installed version.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import tensorflow as tf
from tensorflow.python.eager import forwardprop
from tensorflow.python.framework.function_def_to_graph import function_def_to_graph

_Jvp = Callable[[tuple[Any, ...], Sequence[Any], Sequence[Any], Sequence[Any]], list[Any]]


def _of_resizing(operation: Callable[..., Any]) -> _Jvp:
    def jvp(attributes: tuple[Any, ...], inputs: Sequence[Any], _: Sequence[Any], tangents: Sequence[Any]) -> list[Any]:
        options = _chosen(attributes, "align_corners", "half_pixel_centers")
        return [operation(images=tangents[0], size=inputs[1], **options)]

    return jvp


def _of_resizing_by_area(
    attributes: tuple[Any, ...], inputs: Sequence[Any], _: Sequence[Any], tangents: Sequence[Any]
) -> list[Any]:
    options = _chosen(attributes, "align_corners")
    return [tf.raw_ops.ResizeArea(images=tangents[0], size=inputs[1], **options)]


def _of_scaling(
    attributes: tuple[Any, ...], inputs: Sequence[Any], _: Sequence[Any], tangents: Sequence[Any]
) -> list[Any]:
    _images, size, scale, translation = inputs
    options = _chosen(attributes, "kernel_type", "antialias")
    return [
        tf.raw_ops.ScaleAndTranslate(images=tangents[0], size=size, scale=scale, translation=translation, **options)
    ]


def _of_softsign(
    _attributes: tuple[Any, ...], inputs: Sequence[Any], _outputs: Sequence[Any], tangents: Sequence[Any]
) -> list[Any]:
    # Value by value, a derivative forwards is the same as one backwards.
    return [tf.raw_ops.SoftsignGrad(gradients=tangents[0], features=inputs[0])]


def _chosen(attributes: tuple[Any, ...], *names: str) -> dict[str, Any]:
    """Some attributes of an operation. Texts are bytes there."""
    given = dict(zip(attributes[::2], attributes[1::2], strict=True))
    return {name: value.decode() if isinstance(value := given[name], bytes) else value for name in names}


DERIVATIVES: Mapping[str, _Jvp] = MappingProxyType(
    {
        "ResizeBilinear": _of_resizing(tf.raw_ops.ResizeBilinear),
        "ResizeNearestNeighbor": _of_resizing(tf.raw_ops.ResizeNearestNeighbor),
        "ResizeBicubic": _of_resizing(tf.raw_ops.ResizeBicubic),
        "ResizeArea": _of_resizing_by_area,
        "ScaleAndTranslate": _of_scaling,
        "Softsign": _of_softsign,
    }
)
"""Type of an operation → its derivative along a change of its first input."""


def give_operations_their_derivatives() -> None:
    """Make forward mode use `DERIVATIVES`, in the whole process. A second call changes nothing."""
    forwardprop._SPECIAL_CASES.update(DERIVATIVES)


def called_graphs(graph: Any) -> dict[str, Any]:
    """The graphs that the operations of a graph call: name of the function → graph with `inputs` and `outputs`."""
    library = graph.as_graph_def().library
    with graph.as_default():
        return {function.signature.name: function_def_to_graph(function) for function in library.function}
