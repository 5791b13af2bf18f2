"""Channel: one channel of one layer, where each of its cells looks and what it computes."""

from functools import partial

import streamlit as st

from ui.channel import page
from ui.frame import network_control
from ui.frame.frame import begin
from ui.guard import sentences
from ui.light.following import following
from ui.values import Subject

picture = begin("Channel")
entry = network_control.choose_network(picture)
with st.container(key="title"):
    st.title("Channel", anchor=False)
with sentences():
    network = network_control.ready(entry)
    body = st.container()
    chosen = page.choose_input_below(network)
    subject = Subject(picture, entry, chosen.fit, chosen.lens, chosen.interpolation)
    with body:
        page.show(subject)
    following.follow(partial(page.parts, subject))
