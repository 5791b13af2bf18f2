"""The steps of augmentation that are chosen, and the random versions."""

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
    # isascii: other digits than 0–9 pass isdecimal too.
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_SEED)) else None


_STEPS: Linked[tuple[Step, ...]] = Linked("steps", (), _parse_steps, write)
_SEED = Linked("seed", 1, _parse_seed, str)


def chosen_steps() -> tuple[Step, ...]:
    """What the picture goes through before everything else, on any page."""
    return _STEPS.get()


def use_steps(chosen: Sequence[Step]) -> None:
    """These steps in place of those before."""
    _STEPS.set(tuple(chosen))


def add_step(key: str) -> None:
    """The transformation that a list of them was left at, as the last step; the list is empty again."""
    name = st.session_state.get(key)
    st.session_state[key] = None
    if isinstance(name, str) and name in TRANSFORMATIONS and len(chosen_steps()) < MOST_STEPS:
        use_steps([*chosen_steps(), new_step(name)])


def change_step(index: int, step: Step, key: str) -> None:
    """The amount that the slider of a step was moved to."""
    amount = step.transformation.slider.nearest(st.session_state[key])
    _change_step(index, step, lambda now: replace(now, amount=amount))


def reset_step(index: int, step: Step) -> None:
    """The amount that leaves the picture as it is."""
    _change_step(index, step, lambda now: replace(now, amount=step.transformation.slider.neutral))


def reseed_step(index: int, step: Step) -> None:
    """Another of what chance gives."""
    _change_step(index, step, lambda now: replace(now, seed=(now.seed + 1) % (MOST_SEED + 1)))


def _change_step(index: int, step: Step, changed: Callable[[Step], Step]) -> None:
    chain = list(chosen_steps())
    # By its name: moved twice before it was drawn again, it has another amount by now than when it was drawn.
    if index < len(chain) and chain[index].name == step.name:
        chain[index] = changed(chain[index])
        use_steps(chain)


def remove_step(index: int, step: Step) -> None:
    """The others stay."""
    chain = list(chosen_steps())
    # What was clicked may have gone meanwhile.
    if index < len(chain) and chain[index] == step:
        use_steps([*chain[:index], *chain[index + 1 :]])


def move_step(index: int, step: Step, by: int) -> None:
    """A step takes the place of one of its neighbours."""
    chain = list(chosen_steps())
    if index < len(chain) and chain[index] == step and 0 <= index + by < len(chain):
        chain.insert(index + by, chain.pop(index))
        use_steps(chain)


def chosen_seed() -> int:
    """Which random versions are shown."""
    return _SEED.get()


def next_seed() -> None:
    """Others than those shown."""
    _SEED.set((chosen_seed() + 1) % (MOST_SEED + 1))
