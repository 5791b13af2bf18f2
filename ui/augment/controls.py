"""The steps of augmentation as rows of widgets: amount, order, reset and removal of each step."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from ui.session.choices import set_choices
from ui.session.steps import add_step, change_step, move_step, remove_step, reseed_step, reset_step
from vizcore.edits.augmentation import MOST_STEPS, Step
from vizcore.edits.transformations import SWITCH, TRANSFORMATIONS
from vizcore.numbers import with_minus_signs


def choose_steps(steps: Sequence[Step]) -> None:
    """Draw the chosen steps, first to last, and a select box that adds a step."""
    with st.container(key="steps", gap="small"):
        for index, step in enumerate(steps):
            _row(index, step, is_last=index == len(steps) - 1)
        st.selectbox(
            "Add a step",
            list(TRANSFORMATIONS),
            index=None,
            format_func=lambda name: TRANSFORMATIONS[name].label,
            placeholder="Add a step …",
            key="add-step",
            on_change=add_step,
            args=("add-step",),
            disabled=len(steps) >= MOST_STEPS,
            label_visibility="collapsed",
        )
        if not steps:
            st.caption("No steps yet. Steps are applied in order, from first to last.")
        elif len(steps) >= MOST_STEPS:
            st.caption(f"A picture goes through {MOST_STEPS} steps at most.")


def _row(index: int, step: Step, *, is_last: bool) -> None:
    transformation, slider = step.transformation, step.transformation.slider
    # The key contains the name, so that the slider of another transformation at this place is another widget.
    key = f"step-{index}-{step.name}"
    # Integers keep the slider free of decimals.
    number = float if slider.decimals else int
    set_choices({key: bool(step.amount) if transformation.unit == SWITCH else number(step.amount)})
    changed: dict[str, Any] = {"key": key, "on_change": change_step, "args": (index, step, key)}
    with st.container(key=f"row-{index}", horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        if transformation.unit == SWITCH:
            st.toggle(f"{index + 1}. **{transformation.label}**", width="stretch", **changed)
        else:
            ends = with_minus_signs(f"{slider.minimum:g} to {slider.maximum:g}")
            st.slider(
                f"{index + 1}. **{transformation.label}** · {ends} {transformation.unit}",
                min_value=number(slider.minimum),
                max_value=number(slider.maximum),
                step=number(slider.step),
                format=f"%.{slider.decimals}f" if slider.decimals else "%d",
                **changed,
            )
        if transformation.has_seed:
            _button("Other noise", ":material/casino:", key, reseed_step, index, step)
        _button("Reset", ":material/restart_alt:", key, reset_step, index, step, is_disabled=step.is_neutral)
        _button("Earlier", ":material/arrow_upward:", key, move_step, index, step, -1, is_disabled=index == 0)
        _button("Later", ":material/arrow_downward:", key, move_step, index, step, 1, is_disabled=is_last)
        _button("Remove", ":material/close:", key, remove_step, index, step)


def _button(
    label: str, icon: str, key: str, act: Callable[..., None], *arguments: object, is_disabled: bool = False
) -> None:
    # The label is for screen readers. streamlit.css hides it and leaves the icon.
    st.button(
        label,
        icon=icon,
        type="tertiary",
        key=f"{label}-{key}",
        help=label,
        disabled=is_disabled,
        on_click=act,
        args=arguments,
    )
