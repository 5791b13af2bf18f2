"""What an operator sets comes out typed, and a value that cannot be is refused with the name of its variable."""

from pathlib import Path

import pytest

from vizcore.errors import VizcoreError
from vizcore.settings import Settings, settings

NAMES = ("VIZCORE_MODEL", "KERAS_HOME", "VIZCORE_VGG16_TOP", "VIZCORE_CIFAR10", "VIZCORE_TRAINING_MEMORY")


@pytest.mark.parametrize("environment", [{}, dict.fromkeys(NAMES, "")], ids=["not set", "empty"])
def test_what_is_not_set_is_the_usual(environment: dict[str, str]) -> None:
    assert settings(environment) == Settings(
        model=None, keras_home=Path("~/.keras"), vgg16_with_top=False, cifar10=None, training_memory=1000
    )


def test_what_is_set_is_taken_with_its_type() -> None:
    assert settings(
        {
            "VIZCORE_MODEL": "models/my own.keras",
            "KERAS_HOME": "/data/keras",
            "VIZCORE_VGG16_TOP": "1",
            "VIZCORE_CIFAR10": "cifar10.npz",
            "VIZCORE_TRAINING_MEMORY": "0250",
        }
    ) == Settings(
        model=Path("models/my own.keras"),
        keras_home=Path("/data/keras"),
        vgg16_with_top=True,
        cifar10="cifar10.npz",
        training_memory=250,
    )


def test_the_environment_is_read_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for name in ("first", "second"):
        monkeypatch.setenv("KERAS_HOME", name)
        found.append(settings().keras_home)
    assert found == [Path("first"), Path("second")]


@pytest.mark.parametrize("value", ["lots", "1e3", "-1", "1.5", "٣", " 1000", "1000 MB", "9" * 10_000])
def test_memory_that_is_no_number_of_megabytes_is_refused_by_name(value: str) -> None:
    with pytest.raises(VizcoreError, match=r"VIZCORE_TRAINING_MEMORY is “.*number of megabytes"):
        settings({"VIZCORE_TRAINING_MEMORY": value})


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False)])
def test_a_switch_is_one_or_nought(value: str, expected: bool) -> None:
    assert settings({"VIZCORE_VGG16_TOP": value}).vgg16_with_top is expected


@pytest.mark.parametrize("value", ["yes", "true", "2", "on"])
def test_a_switch_in_other_words_is_refused_by_name(value: str) -> None:
    with pytest.raises(VizcoreError, match=f"VIZCORE_VGG16_TOP is “{value}”.* 1 for yes or 0 for no"):
        settings({"VIZCORE_VGG16_TOP": value})
