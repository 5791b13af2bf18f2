"""The page of HTML: complete, small, and safe whatever the names are. The journeys hover over it."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.vizcore.figures.sheets import curves, maps, vector
from vizcore.figures.chart import Figure
from vizcore.figures.colours import DIVERGING
from vizcore.figures.export_html import figures_html
from vizcore.figures.mosaics import mosaic_figure
from vizcore.maps.mosaic import mosaic

HOSTILE = "</title></script><script>alert(1)</script>\"'"


class Reader(HTMLParser):
    """The panels' attributes and the number of scripts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.panels: list[dict[str, str | None]] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if dict(attrs).get("class") == "panel":
            self.panels.append(dict(attrs))


@pytest.mark.parametrize("figures", [[maps()], [maps(), maps(colour_map=DIVERGING)], [vector()], [curves()]])
def test_the_page_needs_no_network_and_carries_the_meta_of_each_figure(figures: list[Figure]) -> None:
    page = figures_html(figures, title="conv1")
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert not re.search(r"https?://(?!www\.w3\.org/)", page)
    assert "@import" not in page
    metas = [json.loads(panel["data-meta"] or "") for panel in Reader(page).panels]
    assert metas == [figure["layout"]["meta"] for figure in figures]


def test_the_page_is_the_same_each_time_and_survives_hostile_names() -> None:
    figure = maps(HOSTILE)
    page = figures_html([figure], title=HOSTILE, lines=[HOSTILE])
    assert page == figures_html([figure], title=HOSTILE, lines=[HOSTILE])
    assert "<script>alert" not in page
    read = Reader(page)
    assert read.scripts == 1
    assert [panel["aria-label"] for panel in read.panels] == [HOSTILE]


def test_a_large_layer_makes_less_than_one_and_a_half_megabytes() -> None:
    # Noise cannot be compressed: no layer of this size makes a larger page.
    noise = np.random.default_rng(0).random((28, 28, 512), np.float32)
    page = figures_html([mosaic_figure(mosaic(noise, scale="layer"), title="conv4")], title="conv4")
    assert 400_000 < len(page.encode()) < 1_500_000
    # Three charts of a page of channels, at the most cells that a chart has.
    page_of = mosaic_figure(mosaic(noise[:, :, :64].repeat(3, axis=0)[:64], scale="layer"), title="a page")
    assert len(figures_html([page_of] * 3, title="difference").encode()) < 1_500_000


def test_no_figures_change() -> None:
    figure = maps()
    before = json.dumps(figure)
    figures_html([figure], title="conv1")
    assert json.dumps(figure) == before
