"""The pages of a layer with more channels than one chart shows."""

import streamlit as st

from ui.guard import as_text
from ui.session.choices import choice_of, choose
from vizcore.activations.layer import LayerInfo
from vizcore.maps.channels import number_of_pages

PAGE_SIZE = 64
_FIRST_PAGE = 1  # visitors count pages from 1


def num_pages(layer: LayerInfo, *, with_units: bool = False) -> int:
    """The number of pages.

    Args:
        layer: the layer.
        with_units: whether the units of a vector have tiles, and so pages.
    """
    return number_of_pages(layer.num_channels, PAGE_SIZE) if layer.is_spatial or with_units else 1


def choose_page(layer: LayerInfo, *, with_units: bool = False) -> None:
    """Draw the choice of the page, and what the page shows, for a layer with more than one.

    Args:
        layer: the layer.
        with_units: as for `num_pages`.
    """
    total = num_pages(layer, with_units=with_units)
    if total == 1:
        return
    with st.container(key=f"pages-{layer.name}", horizontal=True, vertical_alignment="center", gap="small"):
        choose(st.pagination, total, key=_key(layer), first=_FIRST_PAGE)
        st.caption(as_text(f"{layer.name}: {shown(layer, chosen_page(layer))}"), width="content")


def chosen_page(layer: LayerInfo) -> int:
    """Index of the chosen page, from 0."""
    last = number_of_pages(layer.num_channels, PAGE_SIZE)
    return min(choice_of(_key(layer), _FIRST_PAGE), last) - _FIRST_PAGE


def shown(layer: LayerInfo, page: int) -> str:
    """What a page shows: "tiles 65–128 of 130". Tiles are counted from 1, in the order shown; a channel has a number.

    Args:
        layer: the layer.
        page: index of the page, from 0.
    """
    first = page * PAGE_SIZE
    return f"tiles {first + 1}–{min(first + PAGE_SIZE, layer.num_channels)} of {layer.num_channels}"


def _key(layer: LayerInfo) -> str:
    return f"page-{layer.name}"
