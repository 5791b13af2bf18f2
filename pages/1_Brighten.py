"""Brighten: the picture under three kinds of brightness."""

import streamlit as st

from ui import exposure_view
from ui.frame.frame import begin
from ui.light.control import brightness_control

picture = begin("Brighten")
st.title("Brighten", anchor=False)
setting = brightness_control(picture, layout="compare")
exposure_view.distribution(picture, setting)
exposure_view.take_away(picture, setting)
