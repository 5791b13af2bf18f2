"""Layers by name, and what feeds them, in networks of several levels."""

import keras
import pytest

from vizcore.activations.graph import fed_layer
from vizcore.activations.layers import layer_outputs
from vizcore.errors import VizcoreError

layers = keras.layers


def joined() -> keras.Model:
    """Two nested levels, a join that takes one output twice, a shared layer, and an operation between layers."""
    core = keras.Sequential([keras.Input((5, 7, 2)), layers.ReLU(name="relu"), layers.ReLU(name="end")], name="core")
    entrance = keras.Input((5, 7, 2))
    middle = keras.Model(
        entrance, layers.Subtract(name="minus")([core(layers.ReLU(name="first")(entrance)), entrance]), name="middle"
    )
    picture = keras.Input((5, 7, 2))
    conv = layers.Conv2D(2, 1, name="conv")(picture)
    double = layers.Add(name="double")([conv, conv, picture])
    inside = middle(double)
    shared = layers.ReLU(name="shared")
    twice = layers.Add(name="twice")([shared(inside), shared(picture)])
    halved = layers.ReLU(name="halved")(inside * 0.5)
    return keras.Model(picture, layers.Concatenate(name="all")([halved, twice, inside]))


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("conv", ("",)),
        ("double", ("conv", "conv", "")),
        ("middle", ("double",)),
        ("middle/first", ("double",)),
        ("middle/core", ("middle/first",)),
        ("middle/core/relu", ("middle/first",)),
        ("middle/core/end", ("middle/core/relu",)),
        ("middle/minus", ("middle/core", "double")),
    ],
)
def test_a_layer_is_fed_by_the_layers_that_it_is_called_with(name: str, sources: tuple[str, ...]) -> None:
    model = joined()
    fed = fed_layer(model, name)
    assert (fed.name, fed.sources) == (name, sources)
    inner = model
    for part in name.split("/"):
        inner = inner.get_layer(part)
    assert fed.layer is inner


def test_every_source_can_be_read() -> None:
    model = joined()
    known = {"", *layer_outputs(model)}
    assert {"middle/core/end", "middle/minus", "twice"} <= known
    for name in known - {"", "halved", "twice", "all"}:
        assert set(fed_layer(model, name).sources) <= known


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("halved", "What feeds the layer “halved” cannot be read"),
        ("twice", "What feeds the layer “twice” cannot be read"),
        ("shared", "“shared” is called 2 times"),
        ("nothing", "This network has no layer “nothing”; it has .*conv, double, middle"),
        ("middle/nothing", "no layer “middle/nothing”; it has .*middle/first"),
        ("conv/relu", "The layers in “conv” cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(name: str, sentence: str) -> None:
    with pytest.raises(VizcoreError, match=sentence):
        fed_layer(joined(), name)


def test_a_sequential_made_layer_by_layer_is_followed() -> None:
    model = keras.Sequential()
    for layer in (keras.Input((5, 7, 1)), layers.ReLU(name="one"), layers.ReLU(name="two")):
        model.add(layer)
    assert fed_layer(model, "two").sources == ("one",)
    assert fed_layer(model, "one").sources == ("",)
