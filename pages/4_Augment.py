"""Augment: steps of `tf.image` applied to the picture, and how far they change each layer's activations."""

import streamlit as st

from ui.augment import controls, movement, view
from ui.frame import network_control
from ui.frame.frame import begin
from ui.guard import sentences

picture = begin("Augment")
entry = network_control.choose_network(picture)
with st.container(key="title"):
    st.title("Augment", anchor=False)
with st.container(key="introduction"):
    st.write(
        "Flip, turn, colour, damage it: is it still the same to the network? What is chosen here holds on every page.",
    )
left, right = st.columns([3, 2], gap="medium")
with left:
    view.before_and_after(picture)
with right:
    controls.choose_steps(picture.steps)
moved, versions = st.container(), st.container()
view.take_away(picture)
with moved, sentences():
    network = network_control.ready(entry)
    view.answers(picture, network)
    movement.movement(picture, network)
with versions:
    view.contact_sheet(picture)
