"""Which layers of a graph have a derivative that forward mode computes exactly. Importing this imports TensorFlow.

Forward mode gives 0 for what it cannot follow, without a word. So the graph is walked once from the picture to the
layers, and each operation is asked whether the derivative goes through it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

import tensorflow as tf

from vizcore.activations.tensorflow_internals import DERIVATIVES, called_graphs

_Motion = Literal["smooth", "jump", "unknown"]
"""How a value follows the picture. One that does not follow it has no motion.

"smooth": its derivative is known. "jump": it is constant but for jumps, such as a comparison; its derivative is 0
between them. "unknown": no derivative is known.
"""

_CONSTANT = frozenset({"Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike"})
"""Operations whose output does not depend on the values of their input."""
_STEPS = frozenset(
    {
        "Round",
        "Rint",
        "Floor",
        "Ceil",
        "FloorDiv",
        "TruncateDiv",
        "FakeQuantWithMinMaxArgs",
        "FakeQuantWithMinMaxVars",
        "FakeQuantWithMinMaxVarsPerChannel",
        "QuantizeAndDequantizeV2",
        "QuantizeAndDequantizeV3",
        "QuantizeAndDequantizeV4",
    }
)
"""Operations that round. Some have a gradient for training, which is not their derivative."""
_JUMPS_STAY_APART = frozenset({"Reshape", "ExpandDims", "Squeeze", "Transpose", "Identity", "Cast", "Mul", "SelectV2"})
"""Operations behind which a unit still jumps once and not often: none adds many units up."""
_LOOPS = frozenset({"While", "StatelessWhile"})
_BRANCHES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PartitionedCall": ("f",),
        "StatefulPartitionedCall": ("f",),
        "If": ("then_branch", "else_branch"),
        "StatelessIf": ("then_branch", "else_branch"),
    }
)
"""Operations that call a function, or one of two, and their attributes that name it."""
_TAKES_JUMPS_AS_FACTOR = frozenset({"Mul", "MulNoNan", "RealDiv", "DivNoNan", "Select", "SelectV2"})

_ROUNDED = "values are rounded on the way to it, so that it moves in steps"
_LOOP = "it lies behind a loop, such as that of a recurrent layer, through which TensorFlow knows no derivative"
_HIDDEN = "it lies behind keras.ops.stop_gradient, which hides what moves"
_NO_DERIVATIVE = "it lies behind the operation {}, of which TensorFlow knows no derivative"


@dataclass(frozen=True)
class _State:
    motion: _Motion
    reason: str = ""


def layers_without_derivative(graph: Any) -> dict[str, str]:
    """The layers whose derivative along a change of the picture cannot be computed exactly.

    Args:
        graph: a concrete function of one picture that returns name → output.

    Returns:
        Name → the reason, a part of a sentence that goes on after "because", in the order of the names.
    """
    walk = _Walk(called_graphs(graph.graph), {graph.inputs[0].name: _State("smooth")})
    walk.through(graph.graph)
    found = {name: walk.states.get(tensor.name) for name, tensor in graph.graph.structured_outputs.items()}
    return {name: state.reason for name, state in found.items() if state is not None and state.motion == "unknown"}


@dataclass
class _Walk:
    """A walk through the operations of a graph, in an order in which each comes behind its inputs.

    Attributes:
        functions: name of a function that an operation calls → its graph.
        states: name of a tensor → how it moves; none for a tensor that does not depend on the picture.
        is_within: whether the graph is that of a function, in which forward mode does not use `DERIVATIVES`.
    """

    functions: Mapping[str, Any]
    states: dict[str, _State]
    is_within: bool = False
    _answers: dict[tuple[Any, ...], bool] = field(default_factory=dict)

    def through(self, graph: Any) -> None:
        """Follow the picture through all operations."""
        for operation in graph.get_operations():
            given = {
                index: state
                for index, tensor in enumerate(operation.inputs)
                if (state := self.states.get(tensor.name)) is not None
            }
            if given and operation.type not in _CONSTANT:
                behind = self._behind_all(operation, given)
                self.states |= {operation.outputs[index].name: state for index, state in behind.items()}

    def _behind_all(self, operation: Any, given: Mapping[int, _State]) -> Mapping[int, _State]:
        """The states of those outputs that depend on the picture, by their index."""
        if operation.type == "IdentityN":
            # Operations with a gradient of their own, such as silu, end with it. Each output is one of the inputs.
            return given
        if operation.type in _BRANCHES:
            return self._behind_branches(operation, given)
        return {index: self._behind(operation, index, given) for index in range(len(operation.outputs))}

    def _behind_branches(self, operation: Any, given: Mapping[int, _State]) -> Mapping[int, _State]:
        """The states behind a call of a function, or of one of two."""
        names = _BRANCHES[operation.type]
        graphs = [self.functions[operation.get_attr(name).name] for name in names]
        # The first input of an operation with two branches chooses between them.
        ways = [self._within(graph, given, skipped=len(graphs) - 1) for graph in graphs]
        chosen = {_State("unknown", _ROUNDED)} if len(graphs) > 1 and 0 in given else set()
        behind: dict[int, _State] = {}
        for index in range(len(operation.outputs)):
            found = {way[index] for way in ways if index in way}
            if found | chosen:
                behind[index] = _joined(found | chosen)
        return behind

    def _within(self, graph: Any, given: Mapping[int, _State], *, skipped: int) -> dict[int, _State]:
        states = {graph.inputs[index - skipped].name: state for index, state in given.items() if index >= skipped}
        inner = _Walk(self.functions, states, is_within=True)
        inner.through(graph)
        behind = ((index, inner.states.get(output.name)) for index, output in enumerate(graph.outputs))
        return {index: state for index, state in behind if state is not None}

    def _behind(self, operation: Any, output: int, given: Mapping[int, _State]) -> _State:
        refused = self._refused(operation, given)
        if refused is not None:
            return refused
        dtype = operation.outputs[output].dtype
        if not _has_derivatives(dtype):
            return _State("jump") if dtype == tf.bool else _State("jump", _ROUNDED)
        smooth = tuple(index for index, state in given.items() if state.motion == "smooth")
        jumps = {index: state for index, state in given.items() if index not in smooth}
        if operation.type == "Sign":
            return _State("jump")
        if not smooth:
            return _behind_jumps(operation, jumps)
        counted = [index for index in jumps if _has_derivatives(operation.inputs[index].dtype)]
        if counted and operation.type not in _TAKES_JUMPS_AS_FACTOR:
            return _State("unknown", _ROUNDED)
        if self._is_exact(operation, output, smooth):
            return _State("smooth")
        return _State("unknown", _NO_DERIVATIVE.format(operation.type))

    def _refused(self, operation: Any, given: Mapping[int, _State]) -> _State | None:
        """The state behind an operation that forward mode never follows; None behind others."""
        unknown = next((state for state in given.values() if state.motion == "unknown"), None)
        if unknown is not None:
            return unknown
        if operation.type in _LOOPS:
            return _State("unknown", _LOOP)
        if operation.type == "StopGradient":
            # It hides its input from forward mode, too.
            return given[0] if _is_mean_of_moments(operation) else _State("unknown", _HIDDEN)
        if operation.type in _STEPS:
            return _State("unknown", _ROUNDED)
        return _State("unknown", _NO_DERIVATIVE.format(operation.type)) if _has_part(operation) else None

    def _is_exact(self, operation: Any, output: int, smooth: tuple[int, ...]) -> bool:
        if operation.type in DERIVATIVES and not self.is_within:
            return smooth == (0,)
        attributes = sorted(
            (name, value.SerializeToString(deterministic=True))
            for name, value in operation.node_def.attr.items()
            if not name.startswith("_")
        )
        key = (operation.type, output, smooth, str(attributes))
        if key not in self._answers:
            self._answers[key] = _has_second_gradient(operation, output, smooth)
        return self._answers[key]


def _joined(states: set[_State]) -> _State:
    """One state of a value that is computed in one of several ways."""
    unknown = next((state for state in states if state.motion == "unknown"), None)
    if unknown is not None:
        return unknown
    return next(iter(states)) if len(states) == 1 else _State("unknown", _ROUNDED)


def _behind_jumps(operation: Any, jumps: Mapping[int, _State]) -> _State:
    """Behind an operation that depends on the picture by jumps alone: comparisons, or whole numbers."""
    # A whole number that becomes a float again is a rounded value. A reason tells it from the outcome of a comparison.
    if any(state.reason for state in jumps.values()) or operation.type not in _JUMPS_STAY_APART:
        return _State("unknown", _ROUNDED)
    return _State("jump")


def _is_mean_of_moments(operation: Any) -> bool:
    """Whether a hidden value is the mean that tf.nn.moments subtracts, squares and averages.

    A mean that stands still does not change that derivative: the deviations from a mean add up to 0.
    """
    mean = operation.inputs[0].op
    following = operation.outputs[0].consumers()
    return mean.type == "Mean" and all(
        each.type == "SquaredDifference" and each.inputs[0].name == mean.inputs[0].name for each in following
    )


def _has_derivatives(dtype: Any) -> bool:
    return bool(dtype.is_floating or dtype.is_complex)


def _has_part(operation: Any) -> bool:
    """Whether an operation has graphs or shapes as attributes. Forward mode raises for these, or skips them."""
    attributes = (value for name, value in operation.node_def.attr.items() if not name.startswith("_"))
    return any(
        value.HasField("func") or value.HasField("shape") or value.list.func or value.list.shape for value in attributes
    )


def _has_second_gradient(operation: Any, output: int, moving: Sequence[int]) -> bool:
    """Whether the gradient of an operation, for each moving input, has a gradient itself: forward mode needs it."""
    with tf.Graph().as_default():
        inputs = [_placeholder(tensor) for tensor in operation.inputs]
        alone = _alone(operation, inputs)
        result = alone.outputs[output]
        aid = tf.compat.v1.placeholder(result.dtype, result.shape)
        try:
            gradients = tf.gradients(result, [alone.inputs[index] for index in moving], grad_ys=aid)
            return all(gradient is not None and tf.gradients(gradient, aid)[0] is not None for gradient in gradients)
        except (LookupError, TypeError, ValueError, RuntimeError):
            # TensorFlow has no gradient of this operation, or of one that its gradient is made of.
            return False


def _placeholder(tensor: Any) -> Any:
    """A tensor of the same kind in another graph. Some gradients ask for sizes and axes, which are constants."""
    value = tf.get_static_value(tensor)
    return tf.compat.v1.placeholder(tensor.dtype, tensor.shape) if value is None else tf.constant(value, tensor.dtype)


def _alone(operation: Any, inputs: Sequence[Any]) -> Any:
    """A copy of an operation in the present graph, with other inputs."""
    definition = tf.compat.v1.GraphDef()
    node = definition.node.add()
    node.CopyFrom(operation.node_def)
    for name in [name for name in node.attr if name.startswith("_")]:
        del node.attr[name]
    del node.input[:]
    node.input.extend(f"input{index}" for index in range(len(inputs)))
    for index, tensor in enumerate(inputs):
        place = definition.node.add()
        place.name, place.op = f"input{index}", "Placeholder"
        place.attr["dtype"].type = tensor.dtype.as_datatype_enum
    given = {f"input{index}:0": tensor for index, tensor in enumerate(inputs)}
    return tf.graph_util.import_graph_def(definition, given, [node.name], name="")[0]
