"""Augment: the picture through steps of `tf.image`, and how far every layer's answer moves with it."""

import streamlit as st

from ui import augment_control, augment_view, movement_view
from ui.frame import network_control
from ui.frame.frame import begin
from ui.guard import sentences

picture = begin("Augment")
entry = network_control.choose_network()
st.title("Augment", anchor=False)
st.write(
    "Flip it, turn it, change its light and colours, damage it: is it still the same to the network? "
    "What is chosen here holds on every page."
)
left, right = st.columns([3, 2], gap="large")
with left:
    augment_view.before_and_after(picture)
with right:
    augment_control.choose_steps(picture.steps)
moved, versions = st.container(), st.container()
augment_view.take_away(picture)
with moved, sentences():
    network = network_control.ready(entry)
    augment_view.answers(picture, network)
    movement_view.movement(picture, network)
with versions:
    augment_view.contact_sheet(picture)
