"""Networks that go on from other activations of a layer: by hand, against the whole network, nested against flat."""

import threading
from typing import Any

import keras
import numpy as np
import pytest

from tests.vizcore.activations.networks import flat, nested, picture, with_random_weights
from vizcore.activations.continuation import Cut
from vizcore.activations.graph import unrolled
from vizcore.activations.interface import Midway, Variants
from vizcore.activations.passes import Recent
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError

layers = keras.layers
ANSWER = "logits"


def continued(network: TracedNetwork, layer: str, batch: np.ndarray, activations: Any, *, answer: str) -> np.ndarray:
    cut = network.behind(layer, answer)
    return cut.answers(cut.midway(batch), Variants.of(np.asarray(activations, dtype=np.float32)))


def random_variants(midway: Midway, number: int = 3) -> Variants:
    shape = (number, *midway.activation.shape)
    return Variants.of(np.random.default_rng(7).normal(size=shape).astype(np.float32))


def two_ways() -> keras.Model:
    """2 × 3 pixels; a map and the picture are added, and the mean of all cells is weighted."""
    pixels = keras.Input((2, 3, 1))
    double = layers.Conv2D(1, 1, use_bias=False, name="double")(pixels)
    total = layers.Add(name="total")([layers.ReLU(name="on")(double), pixels])
    model = keras.Model(
        pixels, layers.Dense(2, use_bias=False, name="answer")(layers.GlobalAveragePooling2D(name="mean")(total))
    )
    model.get_layer("double").set_weights([np.full((1, 1, 1, 1), 2.0)])
    model.get_layer("answer").set_weights([np.array([[1.0, -10.0]])])
    return model


RAMP = np.arange(6, dtype=np.float32).reshape(1, 2, 3, 1)
"""The values 0 … 5, mean 2.5."""


@pytest.mark.parametrize(
    ("layer", "activation", "mean"),
    [
        # 2.5 of the picture itself stays.
        ("double", np.zeros((2, 3, 1)), 2.5),
        ("double", -np.ones((2, 3, 1)), 2.5),
        ("double", np.full((2, 3, 1), 4), 6.5),
        ("on", -np.ones((2, 3, 1)), 1.5),
        ("total", np.zeros((2, 3, 1)), 0.0),
        ("total", np.ones((2, 3, 1)), 1.0),
        ("mean", [7.0], 7.0),
    ],
)
def test_what_leads_past_a_layer_stays(layer: str, activation: Any, mean: float) -> None:
    answers = continued(trace(two_ways()), layer, RAMP, [activation], answer="answer")
    np.testing.assert_allclose(answers, [[mean, -10 * mean]], rtol=1e-6)


def test_the_layers_that_lead_past_are_named_and_a_cut_has_none() -> None:
    traced = trace(two_ways())
    found = {layer.name: traced.behind(layer.name, "answer").bypassed_by for layer in traced.layers}
    assert found == {"double": ("",), "on": ("",), "total": (), "mean": (), "answer": ()}


def test_an_operation_that_leads_past_a_layer_has_its_own_name() -> None:
    pixels = keras.Input((2, 3, 1))
    scaled = layers.Rescaling(2.0, name="scaled")(pixels * 3.0)
    operation = scaled.shape and keras.ops.abs(scaled)
    total = layers.Add(name="total")([layers.ReLU(name="on")(scaled), operation])
    traced = trace(keras.Model(pixels, total))
    (name,) = traced.behind("on", "total").bypassed_by
    assert name.startswith("abs")


@pytest.mark.parametrize("build", [flat, nested])
@pytest.mark.parametrize("seed", [0, 1])
def test_every_layer_as_it_is_gives_the_answer_of_the_network(build: Any, seed: int) -> None:
    traced, batch = trace(with_random_weights(build(), seed)), picture(seed)
    answer = traced.layers[-1].name
    expected = traced.read(batch, [answer])[answer]
    read = traced.read(batch, [layer.name for layer in traced.layers])
    for layer in traced.layers:
        cut = traced.behind(layer.name, answer)
        midway = cut.midway(batch)
        np.testing.assert_allclose(midway.activation, read[layer.name], atol=1e-5, err_msg=layer.name)
        answers = cut.answers(midway, Variants.of(np.stack([midway.activation] * 2)))
        np.testing.assert_allclose(answers, [expected, expected], atol=1e-5, err_msg=layer.name)


def test_a_layer_of_a_nested_model_goes_on_exactly_like_that_of_the_flat_one() -> None:
    inside, outside = (trace(with_random_weights(build())) for build in (nested, flat))
    batch = picture()
    names = {layer.name: layer.name.rpartition("/")[2] for layer in inside.layers}
    flat_names = {layer.name for layer in outside.layers}
    shared = {name: last for name, last in names.items() if last in flat_names}
    assert set(shared.values()) == flat_names
    for name, last in shared.items():
        cuts = inside.behind(name, "inner"), outside.behind(last, ANSWER)
        assert len(cuts[0].bypassed_by) == len(cuts[1].bypassed_by)
        midways = [cut.midway(batch) for cut in cuts]
        np.testing.assert_array_equal(midways[0].activation, midways[1].activation, err_msg=name)
        answers = [cut.answers(midways[0], random_variants(midways[0])) for cut in cuts]
        np.testing.assert_array_equal(*answers, err_msg=name)


def test_mobilenet_goes_on_from_a_join_and_from_the_middle_of_a_branch() -> None:
    model = keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), classifier_activation=None)
    traced, batch = trace(with_random_weights(model)), picture(shape=(32, 32, 3))
    expected = traced.read(batch, ["predictions"])["predictions"]
    for name, past in {"block_2_add": (), "block_2_expand_relu": ("block_1_project_BN",)}.items():
        cut = traced.behind(name, "predictions")
        assert cut.bypassed_by == past
        midway = cut.midway(batch)
        answers = cut.answers(midway, Variants.of(np.stack([midway.activation, midway.activation + 1000])))
        np.testing.assert_allclose(answers[0], expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
        assert np.abs(answers[1] - expected).max() > 1e-3 * np.abs(expected).max()


def test_variants_are_made_in_parts_that_fit_and_give_the_same_answers() -> None:
    network = unrolled(with_random_weights(flat()))
    lock = threading.Lock()
    whole = Cut(network, "res_add", ANSWER, takes_many=True, lock=lock)
    midway = whole.midway(picture())
    variants = random_variants(midway, 8)
    asked = []

    def make(start: int, end: int) -> np.ndarray:
        asked.append((start, end))
        return variants.make(start, end)

    # The largest step takes 12 channels of 9 × 11 cells and a gate for each, and gives as many: 4 bytes a value.
    bytes_of_one = 4 * (12 * 9 * 11 + 12 + 12 * 9 * 11)
    small = Cut(network, "res_add", ANSWER, takes_many=True, lock=lock, most_bytes=3 * bytes_of_one)
    assert (small.at_once, whole.at_once) == (3, 2**24 // bytes_of_one)
    answers = small.answers(midway, Variants(8, make))
    assert asked == [(0, 3), (3, 6), (6, 8)]
    np.testing.assert_allclose(answers, whole.answers(midway, variants), atol=1e-6)
    assert Cut(network, "res_add", ANSWER, takes_many=True, lock=lock, most_bytes=1).at_once == 1


@pytest.mark.parametrize("number", [1, None])
def test_a_network_for_one_picture_takes_the_variants_one_by_one(number: int | None) -> None:
    pixels = keras.Input(batch_shape=(number, 2, 3, 1))
    conv = layers.Conv2D(2, 1, use_bias=False, name="conv")(pixels)
    # A reshape to a batch of one where the model itself takes any number.
    vector = keras.ops.reshape(conv, (1, 12)) if number is None else layers.Flatten(name="vector")(conv)
    traced = trace(keras.Model(pixels, layers.Dense(3, name="answer")(vector)))
    cut = traced.behind("conv", "answer")
    assert cut.at_once == 1
    midway = cut.midway(RAMP)
    answers = cut.answers(midway, Variants.of(np.stack([midway.activation, 0 * midway.activation])))
    np.testing.assert_allclose(answers[0], traced.read(RAMP, ["answer"])["answer"], rtol=1e-6)
    assert not answers[1].any()


def test_outside_of_training_whatever_a_call_says() -> None:
    inner = keras.Sequential(
        [keras.Input((2, 3, 1)), layers.BatchNormalization(name="norm"), layers.Dropout(0.9, name="drop")], name="inner"
    )
    pixels = keras.Input((2, 3, 1))
    values = inner(layers.ReLU(name="first")(pixels), training=True)
    values = layers.Dropout(0.9, name="outer")(values, training=True)
    traced = trace(with_random_weights(keras.Model(pixels, values)))
    expected = traced.read(RAMP, ["outer"])["outer"]
    assert expected.all()
    answers = continued(traced, "first", RAMP, [RAMP[0]] * 3, answer="outer")
    np.testing.assert_allclose(answers, [expected] * 3, rtol=1e-6)


def test_a_network_in_half_precision_goes_on_in_it() -> None:
    policy = keras.DTypePolicy("mixed_float16")
    pixels = keras.Input((2, 3, 1))
    conv = layers.Conv2D(2, 1, name="conv", dtype=policy)(pixels)
    total = layers.Add(name="total", dtype=policy)([layers.ReLU(name="on", dtype=policy)(conv), conv])
    answer = layers.Dense(3, name="answer", dtype="float32")(layers.Flatten(name="flat", dtype=policy)(total))
    traced = trace(with_random_weights(keras.Model(pixels, answer)))
    cut = traced.behind("on", "answer")
    midway = cut.midway(RAMP)
    np.testing.assert_array_equal(midway.activation, traced.read(RAMP, ["on"])["on"])
    answers = cut.answers(midway, Variants.of(midway.activation[np.newaxis]))
    np.testing.assert_allclose(answers[0], traced.read(RAMP, ["answer"])["answer"], rtol=1e-2)


def test_a_network_for_any_size_goes_on_in_the_size_that_it_was_traced_for() -> None:
    pixels = keras.Input((None, None, 1))
    conv = layers.Conv2D(2, 1, name="conv")(pixels)
    model = keras.Model(pixels, layers.GlobalMaxPooling2D(name="answer")(layers.MaxPooling2D(2, name="pool")(conv)))
    traced = trace(model, input_size=(2, 3))
    answers = continued(traced, "conv", RAMP, [np.arange(12).reshape(2, 3, 2)], answer="answer")
    # The last column is left over by the pooling.
    assert answers.tolist() == [[8, 9]]


class Doubled(keras.Model):
    """A functional model with a `call` of its own: its layers compute nothing of the answer."""

    def call(self, values: Any, training: bool | None = None) -> Any:
        return 2 * values


def test_a_layer_that_nothing_leads_on_from_is_refused() -> None:
    entrance = keras.Input((2, 3, 1))
    own = Doubled(entrance, layers.ReLU(name="unused")(entrance), name="own")
    pixels = keras.Input((2, 3, 1))
    traced = trace(keras.Model(pixels, layers.ReLU(name="answer")(own(layers.ReLU(name="first")(pixels)))))
    with pytest.raises(VizcoreError, match="Nothing leads from the layer “own/unused” to the answer “answer”"):
        traced.behind("own/unused", "answer")
    answers = continued(traced, "first", RAMP, [RAMP[0] + 1], answer="answer")
    np.testing.assert_array_equal(answers, 2 * (RAMP + 1))
    with pytest.raises(VizcoreError, match="Nothing leads from the layer “answer” to the answer “first”"):
        traced.behind("answer", "first")


def test_a_model_whose_graph_is_not_known_is_refused() -> None:
    class Subclassed(keras.Model):
        def call(self, values: Any) -> Any:
            return values

    model = Subclassed()
    model(RAMP)
    with pytest.raises(VizcoreError, match="Only a network with one input"):
        trace(model)


def test_what_does_not_fit_is_refused_by_its_name() -> None:
    traced = trace(two_ways())
    cut = traced.behind("on", "answer")
    midway = cut.midway(RAMP)
    with pytest.raises(VizcoreError, match="has no layer “off”; it has double"):
        traced.behind("off", "answer")
    with pytest.raises(VizcoreError, match=r"“on” has activations of shape \(2, 3, 1\); 1 of them .* \(1, 3, 2, 1\)"):
        cut.answers(midway, Variants.of(np.zeros((1, 3, 2, 1), np.float32)))
    with pytest.raises(VizcoreError, match="Without a changed activation of “on”"):
        cut.answers(midway, Variants.of(np.zeros((0, 2, 3, 1), np.float32)))
    with pytest.raises(VizcoreError, match="one picture"):
        cut.midway(np.zeros((2, 2, 3, 1), np.float32))


def test_a_cut_is_made_once() -> None:
    traced = trace(two_ways())
    first = traced.behind("on", "answer")
    assert traced.behind("on", "answer") is first
    assert traced.behind("double", "answer") is not first


def test_the_values_that_were_asked_for_last_stay() -> None:
    made: list[str] = []
    recent = Recent[str](2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert recent.get(key, lambda key=key: made.append(key) or key.upper()) == key.upper()
    # b is the oldest when c comes.
    assert made == ["a", "b", "c", "b"]
