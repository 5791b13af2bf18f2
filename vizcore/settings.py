"""What an operator sets in the environment: the one place that reads it.

It is read when it is asked for and not at import, so that a variable may change while the program runs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vizcore.errors import VizcoreError

_MOST_DIGITS = 9
"""A petabyte in MB. Python refuses to read numbers of thousands of digits."""

_MOST_SHOWN = 40
"""Letters of a wrong value that are repeated to the operator."""


@dataclass(frozen=True)
class Settings:
    """The operator's choices.

    Attributes:
        model: `VIZCORE_MODEL`, the file of a Keras model that is shown beside the others; None for no such model.
        keras_home: `KERAS_HOME`, the folder that downloads are kept in, which is Keras's own; `.keras` in the home
            folder if it is not set.
        vgg16_with_top: `VIZCORE_VGG16_TOP`, whether VGG16 has its dense layers, which need 2.4 GB of memory.
        cifar10: `VIZCORE_CIFAR10`, a copy of CIFAR-10 as `vizcore.datasets.opening.open_dataset` takes it; None where
            the published one is downloaded.
        training_memory: `VIZCORE_TRAINING_MEMORY`, megabytes that a training on a page may take.
    """

    model: Path | None
    keras_home: Path
    vgg16_with_top: bool
    cifar10: str | None
    training_memory: int = 1000


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment has them now. A variable that is empty counts as not set.

    Args:
        environment: names and values of variables; those of the process if left out.

    Raises:
        VizcoreError: a variable has a value that it cannot have.
    """
    model = environment.get("VIZCORE_MODEL")
    home = environment.get("KERAS_HOME")
    return Settings(
        model=Path(model) if model else None,
        keras_home=Path(home) if home else Path.home() / ".keras",
        vgg16_with_top=_switch("VIZCORE_VGG16_TOP", environment),
        cifar10=environment.get("VIZCORE_CIFAR10") or None,
        training_memory=_megabytes("VIZCORE_TRAINING_MEMORY", environment, default=Settings.training_memory),
    )


def _switch(name: str, environment: Mapping[str, str]) -> bool:
    value = environment.get(name, "")
    if value not in ("", "0", "1"):
        raise _wrong(name, value, "1 for yes or 0 for no")
    return value == "1"


def _megabytes(name: str, environment: Mapping[str, str], *, default: int) -> int:
    value = environment.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS):
        raise _wrong(name, value, f"a number of megabytes in digits, such as {default}")
    return int(value)


def _wrong(name: str, value: str, expected: str) -> VizcoreError:
    return VizcoreError(f"{name} is “{value[:_MOST_SHOWN]}” in the environment of the app. It has to be {expected}.")
