"""The Brighten page below the picture: histograms of values, clipped pixels, download, code."""

from functools import partial
from pathlib import PurePath

import streamlit as st

from ui.cached import pictures as cached_pictures
from ui.parts.code_opening import SMALLER, opening
from ui.parts.download import download
from ui.parts.live_chart.live_chart import ChartLook, live_chart
from ui.parts.part import Part
from ui.values import CurrentPicture
from vizcore.arrays import ByteArray
from vizcore.edits.brightness import UNEDITED, Light, adjust
from vizcore.edits.distribution import CHANNELS, Distribution
from vizcore.figures.chart import Figure
from vizcore.figures.histograms import brightness_histogram_figure
from vizcore.pictures.display import LONGEST_SIDE, encode_png
from vizcore.pictures.samples import open_sample


def histograms(picture: CurrentPicture, light: Light) -> Part:
    """The histograms of the unedited and the edited picture."""
    return Part(
        "histograms",
        partial(_histogram_figure, picture, light),
        draw=partial(
            live_chart,
            description="Histograms of red, green, blue and luminance, original and edited, values from 0 to 255",
            look=ChartLook(height=340),
        ),
    )


def _histogram_figure(picture: CurrentPicture, light: Light) -> dict[str, Figure]:
    before, after = _distributions(picture, light)
    return {"figure": brightness_histogram_figure(before.counts, after.counts)}


def _distributions(picture: CurrentPicture, light: Light) -> tuple[Distribution, Distribution]:
    return (
        cached_pictures.distribution(picture.digest, UNEDITED, picture.pixels),
        cached_pictures.distribution(picture.digest, light, picture.pixels),
    )


def distribution(picture: CurrentPicture, light: Light) -> None:
    """Draw histograms, mean luminance and shares of clipped pixels of the unedited and the edited picture."""
    before, after = _distributions(picture, light)
    chart, numbers = st.columns(2, gap="medium")
    with chart:
        st.header("Distribution of values", anchor=False)
        histograms(picture, light).show()
    with numbers:
        st.header("Clipped pixels", anchor=False)
        with st.container(key="clipped"):
            st.markdown(_clipped_table(before, after))
        # The change is computed from the rounded numbers, so that the three numbers shown add up.
        change = round(after.mean_luminance, 1) - round(before.mean_luminance, 1)
        st.metric(
            "Mean luminance",
            f"{before.mean_luminance:.1f} → {after.mean_luminance:.1f}",
            f"{change:+.1f}",
            delta_color="off",
            help="0.2126 R + 0.7152 G + 0.0722 B of the values as they are stored (Rec. 709).",
        )


def _clipped_table(before: Distribution, after: Distribution) -> str:
    def change(old: float, new: float) -> str:
        # No-break spaces keep both numbers on one line, also on a phone.
        return f"{_share(old)}\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}{_share(new)}"

    rows = ["| channel | shadows (0) | highlights (255) |", "|---|--:|--:|"]
    for index, name in enumerate(CHANNELS[:3]):
        shadows = change(before.shadows[index], after.shadows[index])
        highlights = change(before.highlights[index], after.highlights[index])
        rows.append(f"| {name} | {shadows} | {highlights} |")
    return "\n".join(rows)


def _share(share: float) -> str:
    # Small shares have more decimals, so that a few clipped pixels are not shown as none.
    return "0%" if share == 0 else f"{share:.2%}" if share < 0.001 else f"{share:.1%}"


def take_away(picture: CurrentPicture, light: Light) -> None:
    """Draw the download of the edited picture at full resolution, and the NumPy code that makes exactly it."""
    name = PurePath(picture.name)

    def processed() -> bytes:
        return encode_png(adjust(_full(picture), light))

    st.header("Take it with you", anchor=False)
    if picture.before is not None and max(picture.before.size) > LONGEST_SIDE:
        st.caption(SMALLER)
    width, height = picture.size
    download(
        f"Download PNG, {width} × {height}",
        data=processed,
        file_name=f"{name.stem}-{light.written}.png",
        mime="image/png",
        icon=":material/download:",
    )
    st.code(light.code(opening=opening(picture)), language="python")


def _full(picture: CurrentPicture) -> ByteArray:
    if picture.steps:
        return picture.pixels
    # The file is decoded again for each download: the session does not keep the full resolution in memory.
    full = cached_pictures.opened(picture.data, picture.name) if picture.is_own else open_sample(picture.key)
    return full.pixels
