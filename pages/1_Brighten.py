"""Brighten: the picture at the chosen brightness."""

import streamlit as st

from ui.brighten import exposure
from ui.frame.frame import begin
from ui.light.control import brightness_control

picture = begin("Brighten")
st.title("Brighten", anchor=False)
light = brightness_control(picture, layout="compare")
exposure.distribution(picture, light)
exposure.take_away(picture, light)
