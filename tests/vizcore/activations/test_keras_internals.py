"""What is used of Keras and not published by it, run against the installed version, one name a test."""

from typing import Any

import keras
import pytest

from vizcore.activations.keras_internals import call_behind, calls

USED = "(Keras {version} is installed; the only place that uses it is vizcore/activations/keras_internals.py, `{by}`)"


def changed(what: str, by: str) -> str:
    return f"{what} {USED.format(version=keras.version(), by=by)}"


@pytest.fixture
def layer() -> keras.Layer:
    return keras.layers.Dense(5, name="dense")


def test_a_tensor_says_which_call_of_which_operation_made_it(layer: keras.Layer) -> None:
    first, second = (layer(keras.Input((3,))) for _ in range(2))
    histories = [getattr(tensor, "_keras_history", None) for tensor in (first, second)]
    assert all(history is not None and len(history) == 3 for history in histories), changed(
        "A symbolic tensor no longer has a `_keras_history` of three parts.", "call_behind"
    )
    assert histories == [(layer, 0, 0), (layer, 1, 0)], changed(
        "`_keras_history` is no longer (operation, number of the call, number of the output).", "call_behind"
    )


def test_a_tensor_says_which_output_of_a_call_it_is() -> None:
    class Halves(keras.Layer):
        def call(self, values: keras.KerasTensor) -> list[keras.KerasTensor]:
            return [values / 2, values / 2]

    halves = Halves()(keras.Input((3,)))
    assert [tensor._keras_history[2] for tensor in halves] == [0, 1], changed(
        "The last part of `_keras_history` no longer counts the outputs of a call.", "call_behind"
    )


def test_an_operation_keeps_its_calls_in_their_order(layer: keras.Layer) -> None:
    pairs = [(picture, layer(picture)) for picture in (keras.Input((3,)), keras.Input((3,)))]
    nodes = getattr(layer, "_inbound_nodes", ())
    assert len(nodes) == 2, changed("An operation no longer keeps its calls in `_inbound_nodes`.", "call_behind")
    for node, (picture, output) in zip(nodes, pairs, strict=True):
        assert [id(tensor) for tensor in node.input_tensors] == [id(picture)], changed(
            "A call's `input_tensors` are no longer the tensors that it was given.", "call_behind"
        )
        assert [id(tensor) for tensor in node.outputs] == [id(output)], changed(
            "A call's `outputs` are no longer the tensors that came of it.", "call_behind"
        )


def test_a_call_of_a_model_keeps_what_was_said_of_training() -> None:
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.5)])
    picture = keras.Input((3,))
    for said in ({}, {"training": True}, {"training": False}):
        inner(picture, **said)
    kwargs = [node.arguments.kwargs for node in inner._inbound_nodes]
    assert [given.get("training") for given in kwargs] == [None, True, False], changed(
        "A call's `arguments.kwargs` no longer hold what was said of `training`.", "call_behind"
    )


def test_an_input_is_made_by_a_call_without_inputs() -> None:
    call, _ = call_behind(keras.Input((3,)))
    assert isinstance(call.operation, keras.layers.InputLayer), changed("An input has no InputLayer.", "calls")
    assert call.inputs == (), changed("The call that makes an input has inputs of its own.", "calls")


def test_a_call_is_told_with_all_that_belongs_to_it() -> None:
    left, right = keras.Input((3,)), keras.Input((3,))
    add = keras.layers.Add()
    total = add([left, right])
    call, index = call_behind(total)
    assert call.operation is add
    assert [id(tensor) for tensor in call.inputs] == [id(left), id(right)]
    assert [id(tensor) for tensor in call.outputs] == [id(total)]
    assert (call.training, index) == (None, 0)


def functional(shared: keras.Layer) -> keras.Model:
    """One layer three times, one operation, and a call that does not lead to the output."""
    picture = keras.Input((3,))
    shared(picture)
    summed = keras.layers.Add(name="sum")([shared(picture), shared(shared(picture))])
    return keras.Model(picture, keras.ops.softmax(summed))


def counted(model: keras.Model) -> dict[str, int]:
    operations: list[Any] = [call.operation for call in calls(model)]
    return {operation.name: operations.count(operation) for operation in operations}


def test_the_calls_of_a_model_are_those_between_its_inputs_and_outputs() -> None:
    model = functional(keras.layers.Dense(3, name="shared"))
    found = counted(model)
    assert found.pop("shared") == 3
    # Keras publishes the operations, not their calls.
    assert {*found, "shared"} == {operation.name for operation in model.operations}
    assert set(found.values()) == {1}


def test_a_sequential_made_layer_by_layer_calls_each_layer_once() -> None:
    model = keras.Sequential()
    for index in range(4):
        model.add(keras.Input((3,)) if index == 0 else keras.layers.Dense(3, name=f"dense{index}"))
    found = counted(model)
    assert [found[f"dense{index}"] for index in (1, 2, 3)] == [1, 1, 1]
    # While the layers themselves were called again with each that was added.
    assert len(model.layers[0]._inbound_nodes) > 1


class Scaled(keras.Layer):
    """Two outputs of two inputs, one of which and a number are given by name."""

    def call(self, first: Any, *, second: Any, factor: float, training: bool = True) -> list[Any]:
        return [first * factor + second, first * (100.0 if training else 0.0)]


def test_a_call_can_be_repeated_with_other_inputs_and_outside_of_training() -> None:
    left, right = keras.Input((2,)), keras.Input((2,))
    total, _ = Scaled()(left, second=right, factor=10.0, training=True)
    call, _ = call_behind(total)
    sentence = changed("A call's `arguments.fill_in` no longer puts tensors in the place of symbolic ones.", "Call.run")
    values = {id(left): keras.ops.ones((1, 2)), id(right): keras.ops.full((1, 2), 3.0)}
    outputs = call.run([values[id(tensor)] for tensor in call.inputs])
    assert [keras.ops.convert_to_numpy(output).tolist() for output in outputs] == [[[13, 13]], [[0, 0]]], sentence


def test_a_call_of_a_model_or_of_an_operation_can_be_repeated() -> None:
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.9)])
    picture = keras.Input((2,))
    for output in (inner(picture, training=True), keras.ops.abs(picture)):
        call, _ = call_behind(output)
        (result,) = call.run([keras.ops.ones((1, 2))])
        assert keras.ops.convert_to_numpy(result).tolist() == [[1, 1]]
