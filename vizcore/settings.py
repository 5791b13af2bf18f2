"""The operator's settings in environment variables. No other module reads them.

Each call reads the environment, so that a variable may change while the program runs.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vizcore.errors import VizcoreError

_MOST_DIGITS = 9
"""A petabyte in MB. Python refuses to parse numbers of thousands of digits."""

_MOST_SHOWN = 40
"""Letters of an invalid value that the error message repeats."""


@dataclass(frozen=True)
class Settings:
    """The operator's choices.

    Attributes:
        model: `VIZCORE_MODEL`, the file of a Keras model that is listed with the others; None for no such model.
        keras_home: `KERAS_HOME`, the folder for downloads, which is Keras's own; `~/.keras` if the variable is not set.
        vgg16_with_top: `VIZCORE_VGG16_TOP`, whether VGG16 has its dense layers, which need 2.4 GB of memory.
        cifar10: `VIZCORE_CIFAR10`, a copy of CIFAR-10 in a form that `vizcore.datasets.opening.open_dataset` accepts;
            None to download the published one.
        training_memory: `VIZCORE_TRAINING_MEMORY`, megabytes that a training on a page may take.
    """

    model: Path | None
    keras_home: Path
    vgg16_with_top: bool
    cifar10: str | None
    training_memory: int = 1000


def settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The present settings of the environment. An empty variable counts as not set.

    Args:
        environment: names and values of variables; by default those of the process.

    Raises:
        VizcoreError: a variable has an invalid value.
    """
    model = environment.get("VIZCORE_MODEL")
    home = environment.get("KERAS_HOME")
    return Settings(
        model=Path(model) if model else None,
        keras_home=Path(home or "~/.keras"),
        vgg16_with_top=_switch("VIZCORE_VGG16_TOP", environment),
        cifar10=environment.get("VIZCORE_CIFAR10") or None,
        training_memory=_megabytes("VIZCORE_TRAINING_MEMORY", environment, default=Settings.training_memory),
    )


def _switch(name: str, environment: Mapping[str, str]) -> bool:
    value = environment.get(name, "")
    if value not in ("", "0", "1"):
        raise _invalid(name, value, "1 for yes or 0 for no")
    return value == "1"


def _megabytes(name: str, environment: Mapping[str, str], *, default: int) -> int:
    value = environment.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS):
        raise _invalid(name, value, f"a number of megabytes in digits, such as {default}")
    return int(value)


def _invalid(name: str, value: str, expected: str) -> VizcoreError:
    return VizcoreError(f"{name} is “{value[:_MOST_SHOWN]}” in the environment of the app. It has to be {expected}.")
