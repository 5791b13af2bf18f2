"""The page of HTML, read back as a browser would read it."""

import json
import re

import numpy as np
import pytest

from vizcore.figures.export_html import figure_html
from vizcore.figures.mosaics import channel_figure, mosaic_figure
from vizcore.maps.mosaic import mosaic


@pytest.fixture
def activation() -> np.ndarray:
    values = np.random.default_rng(7).normal(size=(7, 13, 5)).astype(np.float32)
    values[..., 3] = 0
    return values


def figure_in(page: str) -> list[dict]:
    """The traces that the page hands to Plotly, as the browser would read them."""
    start = page.index("[", page.index('"figure",', page.index("Plotly.newPlot(")))
    traces, _ = json.JSONDecoder().raw_decode(page[start:])
    return traces


def test_html_opens_without_a_network(activation: np.ndarray) -> None:
    page = figure_html(mosaic_figure(mosaic(activation, scale="layer"), title="conv1"), title="conv1 <b> & co")
    assert "<title>conv1 &lt;b&gt; &amp; co</title>" in page
    assert not re.search(r"<script[^>]*\ssrc=", page)
    assert not re.search(r"<link[^>]*\shref=", page)


def test_html_is_the_same_each_time_and_survives_a_hostile_title(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer"), title="</script><script>alert(1)</script>")
    page = figure_html(figure, title="</title><script>alert(2)</script>")
    assert page == figure_html(figure, title="</title><script>alert(2)</script>")
    assert "<script>alert" not in page


def test_html_does_not_change_the_figure_and_leaves_others_as_they_are(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer"), title="conv1")
    before = json.dumps(figure)
    figure_html(figure, title="conv1")
    assert json.dumps(figure) == before
    large = channel_figure(activation[..., 0], title="channel 0")
    assert figure_in(figure_html(large, title="channel 0"))[0]["z"] == large["data"][0]["z"]


def test_html_keeps_the_marks_and_the_layout(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer"), title="Sixty-four maps")
    page = figure_html(figure, title="conv1")
    assert figure_in(page)[1:] == figure["data"][1:]
    assert '"Sixty-four maps"' in page
