"""Activation patching: shares by hand, and the controls on every network."""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.vizcore.activations.networks import flat, nested, picture, with_random_weights
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.units.answers import decision
from vizcore.units.patching import Patching, patching

layers = keras.layers
UNEDITED = np.array([[1.0, 3.0]], np.float32).reshape(1, 1, 2, 1)
EDITED = 2 * UNEDITED


def by_hand() -> TracedNetwork:
    """Two pixels x: the sums x, 2x, −x go to the logits x + 2x and, past them, the picture's mean times 10."""
    pixels = keras.Input((1, 2, 1))
    conv = layers.Conv2D(3, 1, activation="relu", use_bias=False, name="conv")
    dense = layers.Dense(2, use_bias=False, name="logits")
    means = layers.Concatenate(name="means")(
        [
            layers.GlobalAveragePooling2D(name="inside")(conv(pixels)),
            layers.GlobalAveragePooling2D(name="past")(pixels),
        ]
    )
    model = keras.Model(pixels, dense(means))
    conv.set_weights([np.array([1.0, 2.0, -1.0]).reshape(1, 1, 1, 3)])
    dense.set_weights([np.array([[1.0, 0.0], [1.0, 0.0], [9.0, 9.0], [1.0, 0.0]])])
    return trace(model)


def of(traced: TracedNetwork, layer: str, *, before: np.ndarray, after: np.ndarray, answer: str) -> Patching:
    behind = traced.behind(layer, answer)
    answers = [traced.read(batch, [answer])[answer] for batch in (before, after)]
    measured = decision(*answers, answer_kind="logits")
    return patching(behind, behind.midway(before), behind.midway(after), measured)


def test_known_shares() -> None:
    # The mean of the pixels is 2 and becomes 4: 2 + 4 + 2 = 8 becomes 16.
    result = of(by_hand(), "conv", before=UNEDITED, after=EDITED, answer="logits")
    assert (result.unedited.tolist(), result.edited.tolist()) == ([8, 0], [16, 0])
    assert result.channels == (2 / 8, 4 / 8, 0)
    assert (result.nothing, result.whole, result.with_bypass) == (0, 6 / 8, 1)
    assert not result.is_cut


def test_a_layer_that_cuts_the_network_gives_exactly_1() -> None:
    result = of(by_hand(), "means", before=UNEDITED, after=EDITED, answer="logits")
    assert result.channels == (2 / 8, 4 / 8, 0, 2 / 8)
    assert (result.nothing, result.whole, result.with_bypass) == (0, 1, 1)
    assert (result.is_cut, result.about_bypass) == (True, "")


def test_what_leads_past_is_named() -> None:
    result = of(by_hand(), "inside", before=UNEDITED, after=EDITED, answer="logits")
    assert result.bypassed_by == ("past",)
    assert "through “past”: the whole layer need not give 1" in result.about_bypass
    several = replace(result, bypassed_by=("", "a", "b/c"))
    assert "through the picture itself, “a” and “b/c”:" in several.about_bypass


def test_without_a_change_there_is_no_share() -> None:
    result = of(by_hand(), "means", before=UNEDITED, after=UNEDITED.copy(), answer="logits")
    assert (result.nothing, result.whole, result.with_bypass) == (None, None, None)
    assert result.channels == (None,) * 4


def mobilenet() -> keras.Model:
    return keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), classifier_activation=None)


@pytest.mark.parametrize("build", [flat, nested, mobilenet])
def test_the_controls_are_exact_on_every_layer(build: Callable[[], keras.Model]) -> None:
    traced = trace(with_random_weights(build()))
    answer = traced.layers[-1].name
    before = picture(shape=traced.input_shape)
    after = 1.5 * before
    names = [layer.name for layer in traced.layers]
    if build is mobilenet:
        names = ["Conv1", "block_2_add", "block_2_expand_relu", "block_16_depthwise", "out_relu", "predictions"]
    measured = decision(*(traced.read(batch, [answer])[answer] for batch in (before, after)), answer_kind="logits")
    cuts = 0
    for name in names:
        behind = traced.behind(name, answer)
        result = patching(behind, behind.midway(before), behind.midway(after), measured, by_channel=False)
        assert (result.nothing, result.with_bypass) == (0, 1), result.layer
        assert (result.whole == 1) or not result.is_cut, result.layer
        cuts += result.is_cut
        # What stands at the ends is what the network itself answers.
        for batch, said in ((before, result.unedited), (after, result.edited)):
            own = traced.read(batch, [answer])[answer]
            np.testing.assert_allclose(said, own, atol=1e-5 * np.abs(own).max(), err_msg=result.layer)
    assert 0 < cuts < len(names)


def test_the_channels_of_a_nested_model_have_the_shares_of_the_flat_one() -> None:
    before, after = picture(), 1.5 * picture()
    results = [
        of(trace(with_random_weights(build())), layer, before=before, after=after, answer=answer)
        for build, layer, answer in ((flat, "res_relu", "logits"), (nested, "inner/residual/res_relu", "inner"))
    ]
    assert results[0].channels == results[1].channels
    assert results[0].whole == results[1].whole
    assert len(set(results[0].channels)) > 3


def test_a_channel_that_the_edit_does_not_change_has_exactly_0() -> None:
    # Channel 2 is off for both pictures.
    result = of(by_hand(), "conv", before=UNEDITED, after=EDITED, answer="logits")
    assert result.channels[2] == 0
