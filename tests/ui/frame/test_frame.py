"""What surrounds every page."""

import pytest

from tests.ui.apps import PAGES, opened


@pytest.mark.parametrize("page", PAGES)
def test_a_variable_that_the_operator_got_wrong_is_said_on_every_page(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIZCORE_TRAINING_MEMORY", "lots")
    app = opened(page)
    assert not app.exception
    assert ["VIZCORE&#95;TRAINING&#95;MEMORY is “lots”" in error.value for error in app.error] == [True]
    monkeypatch.setenv("VIZCORE_TRAINING_MEMORY", "900")
    assert not app.run().error
