"""The bars of the answer are links to the units that answer."""

import numpy as np
import pytest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, answers, opened
from vizcore.activations.reading import read
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample


@pytest.mark.parametrize("page", [PAGES[0], PAGES[2], PAGES[4]])
def test_each_bar_names_the_unit_of_its_class(page: str) -> None:
    logits = read(build_trained_cnn(), shipped_batch(display_copy(open_sample("cat").pixels)), ["logits"])["logits"]
    best = np.argsort(-logits)[:5].tolist()
    for bars in answers(opened(page, gain="1.0", top5="true")):
        found = [bar["target"] for bar in bars]
        assert found == [{"layer": "logits", "channel": channel} for channel in best]
