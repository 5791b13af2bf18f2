"""Brighten: the picture under three kinds of brightness."""

import streamlit as st

from ui import exposure_view
from ui.brightness_control import brightness_control
from ui.frame import begin

picture = begin("Brighten")
st.title("Brighten", anchor=False)
setting = brightness_control(picture, layout="compare")
exposure_view.distribution(picture, setting)
exposure_view.take_away(picture, setting)
