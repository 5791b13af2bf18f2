"""The panel of an opened channel: the link to the channel's own page."""

import pytest

from tests.ui.apps import PAGES, opened


@pytest.mark.parametrize(
    ("channel", "label"),
    [
        ("conv1.5.12.7", "Channel page · 12, 7"),
        ("conv1.5", "Channel page"),
        # conv1 has 62 rows and columns.
        ("conv1.5.61.61", "Channel page · 61, 61"),
        ("conv1.5.62.0", "Channel page"),
        ("conv1.5.0.62", "Channel page"),
    ],
)
def test_the_link_to_the_channels_page_names_the_cell_if_there_is_one(channel: str, label: str) -> None:
    app = opened(PAGES[2], layers="conv1", channel=channel)
    assert not app.exception
    links = [link.proto for link in app.get("page_link") if link.proto.label.startswith("Channel page")]
    assert [link.label for link in links] == [label]
    assert ("row 12, column 7" in links[0].help) == channel.endswith("12.7")
