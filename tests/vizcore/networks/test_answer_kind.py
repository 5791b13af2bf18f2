"""What tiny models answer with: logits, probabilities, or neither."""

import keras

from vizcore.networks.answer_kind import answer_kind

layers = keras.layers

FIVE = ("blue tit", "crow", "öre", "Дрозд", "wren")


def small(*, colours: int = 3, last: str | None = None, size: tuple = (7, 11)) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((*size, colours)),
            layers.Conv2D(2, 3, name="conv"),
            layers.GlobalMaxPooling2D(name="largest"),
            layers.Dense(5, activation=last, name="answer"),
        ]
    )


def ending_in(*last: keras.Layer) -> keras.Model:
    return keras.Sequential([keras.Input((7, 11, 3)), layers.GlobalMaxPooling2D(), *last])


def test_a_softmax_at_the_end_gives_probabilities() -> None:
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(5), layers.Softmax()], name="head")
    for model in (
        small(last="softmax"),
        ending_in(layers.Dense(5), layers.Activation("softmax")),
        ending_in(layers.Dense(5), layers.Softmax()),
        ending_in(layers.Dense(5, activation="softmax"), layers.Activation("linear", dtype="float32")),
        ending_in(inner),
        ending_in(inner, layers.Dropout(0.5)),
    ):
        assert answer_kind(model) == answer_kind(model, FIVE) == "probabilities"
    raw = small()
    applied = keras.Model(raw.inputs[0], keras.ops.softmax(raw.outputs[0]))
    assert answer_kind(applied) == "probabilities"


def test_averaged_softmaxes_are_probabilities_and_flattened_ones_are_not() -> None:
    maps = [keras.Input((7, 11, 3)), layers.Conv2D(5, 3, activation="softmax")]
    assert answer_kind(keras.Sequential([*maps, layers.GlobalAveragePooling2D()])) == "probabilities"
    assert answer_kind(keras.Sequential([*maps, layers.Flatten()])) == "features"
    assert answer_kind(keras.Sequential([*maps, layers.GlobalMaxPooling2D()])) == "features"


def test_a_softmax_across_the_picture_gives_features() -> None:
    maps = [keras.Input((7, 11, 5)), layers.Softmax(axis=1)]
    assert answer_kind(keras.Sequential([*maps, layers.GlobalAveragePooling2D()])) == "features"


def test_numbers_without_activation_are_logits_if_each_has_a_name() -> None:
    for model in (
        small(),
        ending_in(layers.Dense(5), layers.Dropout(0.5)),
        ending_in(layers.Reshape((3,)), small_head()),
    ):
        assert answer_kind(model, FIVE) == "logits"
        assert answer_kind(model, FIVE[:4]) == answer_kind(model) == "features"


def small_head() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), layers.Dense(5)])


def test_all_else_is_features() -> None:
    for activation in ("sigmoid", "relu", "tanh"):
        assert answer_kind(small(last=activation), FIVE) == "features"
        assert answer_kind(ending_in(layers.Dense(5), layers.Activation(activation)), FIVE) == "features"
    assert answer_kind(ending_in(layers.Dense(1, activation="sigmoid")), ("wren",)) == "features"
    assert answer_kind(ending_in(layers.Dense(5), layers.ReLU()), FIVE) == "features"
    maps = keras.Sequential([keras.Input((7, 11, 3)), layers.Conv2D(5, 3, activation="softmax")])
    assert answer_kind(maps, FIVE) == "features"
    one = small()
    assert answer_kind(keras.Model(one.inputs[0], [one.outputs[0], one.outputs[0]]), FIVE) == "features"
