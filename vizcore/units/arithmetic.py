"""The arithmetic of one cell of a layer, term by term. Importing this imports Keras."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import keras
import numpy as np

from vizcore.activations.graph import FedLayer
from vizcore.arrays import DoubleArray, FloatArray
from vizcore.errors import VizcoreError
from vizcore.units import places, pointwise, windows
from vizcore.units.functions import Function, function_of
from vizcore.units.given import Given, as_maps
from vizcore.units.terms import Cell, CellArithmetic, Terms

_Function = Callable[[Given], Terms]

_OF_ONE_INPUT: Mapping[type, _Function] = MappingProxyType(
    {
        keras.layers.Conv2D: windows.conv2d,
        keras.layers.DepthwiseConv2D: windows.depthwise_conv2d,
        keras.layers.SeparableConv2D: windows.separable_conv2d,
        keras.layers.Conv2DTranspose: windows.conv2d_transpose,
        keras.layers.Dense: windows.dense,
        keras.layers.MaxPooling2D: windows.max_pooling2d,
        keras.layers.AveragePooling2D: windows.average_pooling2d,
        keras.layers.GlobalMaxPooling2D: windows.global_max_pooling2d,
        keras.layers.GlobalAveragePooling2D: windows.global_average_pooling2d,
        keras.layers.BatchNormalization: pointwise.batch_normalization,
        keras.layers.Rescaling: pointwise.rescaling,
        keras.layers.Activation: pointwise.identity,
        keras.layers.ReLU: pointwise.identity,
        keras.layers.LeakyReLU: pointwise.identity,
        keras.layers.PReLU: pointwise.identity,
        keras.layers.ELU: pointwise.identity,
        keras.layers.Softmax: pointwise.identity,
        keras.layers.Dropout: pointwise.identity,
        keras.layers.SpatialDropout2D: pointwise.identity,
        keras.layers.Identity: pointwise.identity,
        keras.layers.Flatten: places.reshape,
        keras.layers.Reshape: places.reshape,
        keras.layers.UpSampling2D: places.up_sampling2d,
        keras.layers.ZeroPadding2D: places.zero_padding2d,
        keras.layers.Cropping2D: places.cropping2d,
    }
)
_OF_SEVERAL_INPUTS: Mapping[type, _Function] = MappingProxyType(
    {
        keras.layers.Add: pointwise.add,
        keras.layers.Subtract: pointwise.subtract,
        keras.layers.Multiply: pointwise.multiply,
        keras.layers.Average: pointwise.average,
        keras.layers.Maximum: pointwise.extreme("largest"),
        keras.layers.Minimum: pointwise.extreme("smallest"),
        keras.layers.Concatenate: places.concatenate,
    }
)


def arithmetic(fed: FedLayer, cell: Cell, activations: Mapping[str, FloatArray]) -> CellArithmetic:
    """The terms that make one cell of a layer's output, and what comes of them.

    The layer works as for an answer, not as in training: dropout does nothing, batch normalisation uses its moving
    mean and variance. The terms are computed in float64 from the float32 inputs and weights.

    Args:
        fed: the layer, from `vizcore.activations.graph.fed_layer`.
        cell: row, column, channel of its output; row and column are 0 for a vector.
        activations: name → (h, w, C) or (C,) for the layer itself and for `fed.sources`, read in one pass by
            `vizcore.activations`. "" is the network's input, `batch[0]`. They are not changed.

    Raises:
        VizcoreError: a kind of layer, or a setting or activation function of one, whose arithmetic is not shown; or a
            cell that the layer does not have.

    Example:
        >>> fed = fed_layer(model, "conv1")
        >>> activations = {"": batch[0], **read(model, batch, ["conv1"])}
        >>> arithmetic(fed, (3, 5, 0), activations).largest(2)
    """
    given = _given(fed, cell, activations)
    terms, function = _before(given)
    over = _before_of_all_channels(given) if function.name == "softmax" else np.empty(0)
    return CellArithmetic(
        **vars(terms),
        layer=fed.name,
        kind=type(fed.layer).__name__,
        cell=cell,
        fed_by=fed.sources,
        activation=function.name,
        activation_constants=function.constants,
        over=over,
        value=_softmax(over, cell[2]) if over.size else function(terms.before),
        in_map=float(as_maps(given.output)[cell]),
    )


def before_activation(fed: FedLayer, cell: Cell, activations: Mapping[str, FloatArray]) -> tuple[Terms, Function]:
    """The terms of one cell and the activation function that takes their sum; without the result.

    Args and errors are those of `arithmetic`.
    """
    return _before(_given(fed, cell, activations))


def _given(fed: FedLayer, cell: Cell, activations: Mapping[str, FloatArray]) -> Given:
    inputs = tuple(activations[name] for name in fed.sources)
    return Given(fed.layer, fed.name, inputs, activations[fed.name], cell)


def _before(given: Given) -> tuple[Terms, Function]:
    terms_of = _function_for(given)
    shape = as_maps(given.output).shape
    if not all(0 <= place < size for place, size in zip(given.cell, shape, strict=True)):
        raise VizcoreError(
            f"The layer “{given.name}” has no cell {given.cell}: it has {shape[0]} × {shape[1]} cells in {shape[2]} "
            "channels, counted from 0."
        )
    return terms_of(given), function_of(given)


def _function_for(given: Given) -> _Function:
    """The function that knows the layer's terms.

    Raises:
        VizcoreError: none does.
    """
    layer, num_inputs = given.layer, len(given.inputs)
    # The class itself is asked for, because a subclass of a layer may compute anything.
    function = (_OF_ONE_INPUT if num_inputs == 1 else _OF_SEVERAL_INPUTS).get(type(layer))
    if function is None:
        raise given.refused()
    if getattr(layer, "data_format", None) == "channels_first":
        raise given.refused(" with the channels first")
    if getattr(layer, "quantization_mode", None) is not None:
        raise given.refused(" with quantised weights")
    return function


def _before_of_all_channels(given: Given) -> DoubleArray:
    """(C,): what softmax takes at the cell."""
    if type(given.layer) is keras.layers.Dense:
        # A classifier of a thousand classes would take a second term by term.
        return windows.dense_before(given)
    terms_of, (row, column, _) = _function_for(given), given.cell
    cells = ((row, column, channel) for channel in range(as_maps(given.output).shape[2]))
    return np.array([terms_of(replace(given, cell=cell)).before for cell in cells])


def _softmax(values: DoubleArray, channel: int) -> float:
    with np.errstate(invalid="ignore"):
        powers = np.exp(values - values.max())
        return float(powers[channel] / powers.sum())
