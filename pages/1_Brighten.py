"""Brighten: the picture under three kinds of brightness."""

import streamlit as st

from ui.brighten import exposure
from ui.frame.frame import begin
from ui.light.control import brightness_control

picture = begin("Brighten")
st.title("Brighten", anchor=False)
setting = brightness_control(picture, layout="compare")
exposure.distribution(picture, setting)
exposure.take_away(picture, setting)
