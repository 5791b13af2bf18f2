"""Feature maps: every layer and every channel of a network, at the chosen brightness."""

from functools import partial

import streamlit as st

from ui.feature_maps import page
from ui.feature_maps.controls import choose_layers
from ui.frame import network_control
from ui.frame.frame import begin
from ui.guard import sentences
from ui.light.following import following
from ui.values import Subject

picture = begin("Feature maps")
entry = network_control.choose_network(picture)
with st.container(key="title"):
    st.title("Feature maps", anchor=False)
with sentences():
    network = network_control.ready(entry)
    choice = choose_layers(network)
    subject = Subject(picture, entry, choice.fit, choice.lens, choice.interpolation)
    page.show(subject, choice)
    following.follow(partial(page.parts, subject, choice))
