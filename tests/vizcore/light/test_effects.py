"""What an edit does to channels, in words."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.light.effects import Effect, effects


def means(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (0, 1e-9, "woke"),
        (0, -1, "woke"),
        (1e-9, 0, "fell silent"),
        (0, 0, "steady"),
        (2, 2, "steady"),
        # A tenth of the larger one.
        (9, 10, "excited"),
        (9.0625, 10, "steady"),
        (10, 9, "inhibited"),
        (10, 9.0625, "steady"),
        # Upwards is up, also below 0.
        (-10, -9, "excited"),
        (-9, -10, "inhibited"),
        (-1, 1, "excited"),
        (1, -1, "inhibited"),
    ],
)
def test_known_effects(before: float, after: float, effect: str) -> None:
    assert effects(means(before), means(after)) == (effect,)


def test_the_other_way_round_every_effect_is_its_opposite() -> None:
    opposite = {
        Effect.WOKE: Effect.FELL_SILENT,
        Effect.FELL_SILENT: Effect.WOKE,
        Effect.EXCITED: Effect.INHIBITED,
        Effect.INHIBITED: Effect.EXCITED,
        Effect.STEADY: Effect.STEADY,
    }
    generator = np.random.default_rng(0)
    first, second = (generator.normal(size=200) * generator.integers(0, 2, 200) for _ in range(2))
    second[:50] = first[:50] * 1.01
    there, back = effects(first, second), effects(second, first)
    assert [opposite[effect] for effect in there] == list(back)
    assert set(there) == set(Effect)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(VizcoreError, match=r"shapes \(2,\) and \(1,\)"):
        effects(means(1, 2), means(1))
    with pytest.raises(VizcoreError, match="not a finite number"):
        effects(means(1), means(np.inf))
