"""The chosen steps of augmentation, and the seed of the random versions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from ui.session.linked import Linked
from vizcore.edits.augmentation import MOST_SEED, MOST_STEPS, Step, new_step, parse, write
from vizcore.edits.transformations import TRANSFORMATIONS
from vizcore.errors import VizcoreError


def _parse_steps(text: str) -> tuple[Step, ...] | None:
    try:
        return parse(text)
    except VizcoreError:
        return None


def _parse_seed(text: str) -> int | None:
    # isdecimal accepts other digits than 0–9, too; isascii excludes them.
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_SEED)) else None


_STEPS: Linked[tuple[Step, ...]] = Linked("steps", (), _parse_steps, write, "the picture is as it is")
_SEED = Linked("seed", 1, _parse_seed, str, "you see the first versions")


def chosen_steps() -> tuple[Step, ...]:
    """The steps that are applied to the picture before everything else, on all pages."""
    return _STEPS.get()


def use_steps(chosen: Sequence[Step]) -> None:
    """Replace the chosen steps."""
    _STEPS.set(tuple(chosen))


def add_step(key: str) -> None:
    """Append the transformation that is selected in a select box, and empty the select box.

    Args:
        key: of the select box.
    """
    name = st.session_state.get(key)
    st.session_state[key] = None
    if isinstance(name, str) and name in TRANSFORMATIONS and len(chosen_steps()) < MOST_STEPS:
        use_steps([*chosen_steps(), new_step(name)])


def change_step(index: int, step: Step, key: str) -> None:
    """Set the amount of a step to the value of its widget.

    Args:
        index: of the step.
        step: the step as it was drawn.
        key: of the widget.
    """
    amount = step.transformation.slider.nearest(st.session_state[key])
    _change_step(index, step, lambda now: replace(now, amount=amount))


def reset_step(index: int, step: Step) -> None:
    """Set the amount of a step to the neutral one, which leaves the picture as it is."""
    _change_step(index, step, lambda now: replace(now, amount=step.transformation.slider.neutral))


def reseed_step(index: int, step: Step) -> None:
    """Give a step the next seed."""
    _change_step(index, step, lambda now: replace(now, seed=(now.seed + 1) % (MOST_SEED + 1)))


def _change_step(index: int, step: Step, changed: Callable[[Step], Step]) -> None:
    chain = list(chosen_steps())
    # The name alone is compared: after two changes before the next drawing the amount differs from the drawn one.
    if index < len(chain) and chain[index].name == step.name:
        chain[index] = changed(chain[index])
        use_steps(chain)


def remove_step(index: int, step: Step) -> None:
    """Remove a step; the other steps stay."""
    chain = list(chosen_steps())
    # The clicked step may have been removed meanwhile.
    if index < len(chain) and chain[index] == step:
        use_steps([*chain[:index], *chain[index + 1 :]])


def move_step(index: int, step: Step, by: int) -> None:
    """Move a step to an earlier (by < 0) or later (by > 0) place."""
    chain = list(chosen_steps())
    if index < len(chain) and chain[index] == step and 0 <= index + by < len(chain):
        chain.insert(index + by, chain.pop(index))
        use_steps(chain)


def chosen_seed() -> int:
    """The seed of the random versions that are shown."""
    return _SEED.get()


def next_seed() -> None:
    """Choose the next seed, and so other random versions."""
    _SEED.set((chosen_seed() + 1) % (MOST_SEED + 1))
