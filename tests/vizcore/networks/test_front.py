"""The value range that a model's front tells, on tiny models with known scalings."""

import keras
import pytest

from vizcore.networks.front import expected_range

layers = keras.layers


def found(*front: keras.Layer) -> str | None:
    after = layers.Conv2D(2, 1, name="conv")
    expected = expected_range(keras.Sequential([keras.Input((5, 7, 3)), *front, after], name="model"))
    return None if expected is None else expected.value_range


def normalization(mean: float) -> keras.Layer:
    return layers.Normalization(mean=[mean, mean / 2, mean / 3], variance=[1.0, 1.0, 1.0], name="scale")


@pytest.mark.parametrize(
    ("front", "value_range"),
    [
        ([layers.Rescaling(1 / 255)], "0…255"),
        ([layers.Rescaling(1 / 127.5, offset=-1)], "0…255"),
        ([layers.Rescaling([0.017, 0.018, 0.019])], "0…255"),
        ([layers.Rescaling(2.0, offset=-1)], "0…1"),
        # Factors that say nothing: no scaling, and for 16 bits.
        ([layers.Rescaling(1.0)], None),
        ([layers.Rescaling(0.5, offset=0.5)], "−1…1"),
        ([layers.Rescaling(255.0)], "0…1"),
        ([layers.Rescaling(127.5, offset=127.5)], "−1…1"),
        ([layers.Normalization(mean=0.5, variance=0.08)], "0…1"),
        ([layers.Normalization(mean=[0.485, 0.456, 0.406], variance=[0.0524, 0.0502, 0.0506])], "0…1"),
        ([layers.Normalization(mean=[-0.1, 0.05, 0.0], variance=[0.25] * 3)], "−1…1"),
        ([layers.Normalization(mean=127.0, variance=4000.0)], "0…255"),
        ([layers.Rescaling(1 / 255), layers.Normalization(mean=0.45, variance=0.05)], "0…255"),
        ([layers.Rescaling(255.0), layers.Rescaling(1 / 127.5, offset=-1)], "0…1"),
        ([layers.Rescaling(1 / 65535)], None),
        ([normalization(123.0)], "0…255"),
        # These numbers may be those of 0 … 1 or of −1 … 1.
        ([normalization(0.45)], None),
        ([layers.BatchNormalization()], None),
        ([], None),
        # What is not at the front does not count.
        ([layers.Conv2D(3, 1), layers.Rescaling(1 / 255)], None),
        ([layers.ReLU(), layers.Rescaling(1 / 255)], None),
    ],
)
def test_the_scaling_at_the_front_tells_the_range(front: list[keras.Layer], value_range: str | None) -> None:
    assert found(*front) == value_range


def test_layers_that_leave_the_values_and_nested_models_are_looked_through() -> None:
    scaled = keras.Sequential([keras.Input((5, 7, 3)), layers.Rescaling(1 / 255, name="deep")], name="scaled")
    augmentation = keras.Sequential([keras.Input((5, 7, 3)), layers.RandomFlip(), layers.RandomZoom(0.1)], name="aug")
    assert found(layers.ZeroPadding2D(1), layers.Resizing(5, 7), scaled) == "0…255"
    assert found(augmentation, layers.Rescaling(1 / 255)) == "0…255"
    assert (
        found(keras.Sequential([keras.Input((5, 7, 3)), layers.ReLU()], name="inner"), layers.Rescaling(1 / 255))
        is None
    )


def test_a_front_that_branches_tells_nothing() -> None:
    for first in (0, 1):
        picture = keras.Input((5, 7, 3))
        branches = [layers.Rescaling(1 / 255)(picture), layers.Conv2D(3, 1)(picture)]
        branching = keras.Model(picture, layers.Add()([branches[first], branches[1 - first]]), name="branching")
        assert expected_range(branching) is None
        # Also where the branches are in a nested model, and a scaling comes after it.
        outer = keras.Input((5, 7, 3))
        assert expected_range(keras.Model(outer, layers.Rescaling(1 / 255)(branching(outer)), name="outer")) is None


@pytest.mark.parametrize("network", ["mobilenet_v2", "resnet50", "densenet"])
def test_preprocess_input_inside_a_model_is_looked_through(network: str) -> None:
    picture = keras.Input((12, 16, 3))
    flipped = keras.Sequential([keras.Input((12, 16, 3)), layers.RandomFlip()], name="augmentation")(picture)
    prepared = getattr(keras.applications, network).preprocess_input(flipped)
    base = keras.Sequential([keras.Input((12, 16, 3)), layers.Conv2D(2, 3)], name="base")
    expected = expected_range(keras.Model(picture, base(prepared), name="transfer"))
    assert expected is not None
    assert expected.value_range == "0…255"
    assert expected.reason.startswith("its first steps make numbers from −")


def test_the_image_tutorial_of_tensorflow_takes_bytes() -> None:
    model = keras.Sequential(
        [
            keras.Input((36, 36, 3)),
            keras.Sequential(
                [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)],
                name="augmentation",
            ),
            layers.Rescaling(1 / 255, name="rescaling"),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(5, name="outputs"),
        ]
    )
    expected = expected_range(model)
    assert expected is not None
    assert (expected.value_range, "“rescaling”" in expected.reason) == ("0…255", True)


def test_the_transfer_learning_tutorial_of_tensorflow_takes_bytes() -> None:
    base = keras.applications.MobileNetV2((32, 32, 3), include_top=False, weights=None, alpha=0.35)
    picture = keras.Input((32, 32, 3))
    values = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)], name="augmentation")(
        picture
    )
    values = keras.applications.mobilenet_v2.preprocess_input(values)
    values = layers.GlobalAveragePooling2D()(base(values, training=False))
    model = keras.Model(picture, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.2)(values)))
    expected = expected_range(model)
    assert expected is not None
    assert expected.value_range == "0…255"
    assert expected.reason == "its first steps make numbers from −1 to 1 of them"


def test_a_scaling_within_the_nested_base_counts_with_the_one_before_it() -> None:
    base = keras.Sequential(
        [keras.Input((5, 7, 3)), layers.Rescaling(1 / 127.5, offset=-1), layers.Conv2D(2, 1)], name="base"
    )
    assert found(base) == "0…255"
    assert found(layers.Rescaling(255.0), base) == "0…1"


def test_whole_numbers_are_bytes() -> None:
    picture = keras.Input((5, 7, 3), dtype="uint8")
    expected = expected_range(keras.Model(picture, layers.Conv2D(2, 1)(picture)))
    assert expected is not None
    assert (expected.value_range, expected.reason) == ("0…255", "it takes whole numbers, uint8")


def test_the_reason_names_the_layer_and_what_it_does() -> None:
    said = {
        layers.Rescaling(1 / 255, name="scale"): "a layer Rescaling, “scale”, which multiplies by 1/255",
        layers.Rescaling(1 / 127.5, name="scale"): "a layer Rescaling, “scale”, which multiplies by 1/127.5",
        layers.Rescaling(2, name="scale"): "a layer Rescaling, “scale”, which multiplies by 2",
        layers.Rescaling(0.0173, name="scale"): "a layer Rescaling, “scale”, which multiplies by 0.0173",
        normalization(123.68): "a layer Normalization, “scale”, with a mean of 123.7",
    }
    for layer, words in said.items():
        expected = expected_range(keras.Sequential([keras.Input((5, 7, 3)), layer], name="model"))
        assert expected is not None
        assert expected.reason == f"it begins with {words}"
