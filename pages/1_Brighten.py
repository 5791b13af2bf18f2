"""Brighten: the picture at the chosen brightness."""

import streamlit as st

from ui.brighten import view as brighten
from ui.frame.frame import begin
from ui.light.control import brightness_control

picture = begin("Brighten")
with st.container(key="title"):
    st.title("Brighten", anchor=False)
light = brightness_control(picture, layout="compare")
brighten.distribution(picture, light)
brighten.take_away(picture, light)
