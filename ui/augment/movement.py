"""How far each layer's output moves with a step of augmentation, as lines over the depth of the network."""

import streamlit as st

from ui.cached import light as cached_light
from ui.parts.live_chart.live_chart import ChartLook, live_chart
from ui.session.choices import choose
from ui.values import CurrentPicture, Subject
from vizcore.activations.layer import LayerInfo
from vizcore.activations.layer_choice import over_depth
from vizcore.edits.augmentation import Step, new_step
from vizcore.edits.transformations import TRANSFORMATIONS
from vizcore.figures.movement import Line, change_figure, cosine_figure, legend
from vizcore.networks.network import Network

THESE, EVERY = "these steps", "every transformation"
_INPUT = "input"
_HEIGHT = 460


def movement(picture: CurrentPicture, network: Network) -> None:
    """Draw cosine similarity and mean absolute change of every layer, for each step alone and for all together."""
    st.header("How far each layer's activation moves", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        compare = THESE
        if picture.steps:
            compare = choose(st.segmented_control, "Compare", [THESE, EVERY], key="compare", first=THESE)
        is_turned_back = choose(
            st.toggle,
            "Flip and turn the maps back first",
            key="back",
            first=False,
            help="Shows whether the maps turned with the picture. Vectors have no positions, so they stay as they are.",
        )
    layers = over_depth(network.traced.layers, network.answer)
    chains = _chains(picture.steps if compare == THESE else ())
    original = Subject(picture.original, network.entry)
    lines = []
    with st.spinner("Sending the picture through the network …"):
        for name, label, steps in chains:
            moved = cached_light.moved(original, tuple(layer.name for layer in layers), steps, is_turned_back)
            lines.append(Line(name, label, moved))
    st.html(legend(lines))
    names = [_INPUT, *(layer.name for layer in layers)]
    for column, key, figure, what in zip(
        st.columns(2, gap="large"),
        ("cosine", "change"),
        (cosine_figure(lines, names), change_figure(lines, names)),
        ("Cosine similarity", "Mean absolute change"),
        strict=True,
    ):
        with column:
            live_chart(
                figure,
                key=f"moved-{key}",
                description=f"{what} of every layer's activation, as lines over depth",
                look=ChartLook(height=_HEIGHT),
            )
    st.caption(_explained(layers, network, len(picture.steps) if compare == THESE else 0))


def _chains(steps: tuple[Step, ...]) -> list[tuple[str, str, tuple[Step, ...]]]:
    """Name, label and steps of each line: every step alone, then all steps. Without steps, every transformation."""
    if not steps:
        every = [new_step(name) for name in TRANSFORMATIONS]
        return [(step.name, step.label, (step,)) for step in every]
    alone: list[tuple[str, str, tuple[Step, ...]]] = [
        (step.name, f"{index}. {step.label}", (step,)) for index, step in enumerate(steps, start=1)
    ]
    return alone if len(steps) == 1 else [*alone, ("", "all steps", steps)]


def _explained(layers: tuple[LayerInfo, ...], network: Network, num_steps: int) -> str:
    height, width, _ = network.traced.input_shape
    what = "The step applied to the picture" if num_steps else "Each transformation alone, at the amount named"
    if num_steps > 1:
        what = "Each step applied alone to the picture, and all of them in turn"
    total = len(network.traced.layers)
    shown = f" {len(layers)} of the network's {total} layers are shown." if len(layers) < total else ""
    return (
        f"{what}; {_INPUT} is the picture of {height} × {width} pixels that the network receives. Cosine similarity: "
        "1 if all values of a layer keep their proportions, whatever their size. Mean absolute change: "
        f"mean |augmented − original| over the layer's mean |original|.{shown}"
    )
