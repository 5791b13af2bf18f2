"""Home: what this is, the picture, and the ways in."""

import streamlit as st

from ui import answer_view, exposure_view, frame, layer_view, network_control
from ui.brightness_control import brightness_control
from ui.guard import sentences
from ui.ribbon import ribbon
from ui.subject import Subject

picture = frame.begin(frame.TITLE)
entry = network_control.choose_network()
subject = Subject(picture, entry)
st.title(frame.TITLE, anchor=False)
st.write(
    "Drag the brightness of a picture and watch a convolutional network react, in every layer and every channel. "
    "The scales stay put, so what changes on the screen is the light."
)
left, right = st.columns(2, gap="large")
with left:
    setting = brightness_control(picture, layout="single", wears=subject.key)
with right:
    with st.container(border=True):
        frame.way_in("pages/1_Brighten.py", "Compare the pictures, count the clipped pixels, take the result with you.")
        exposure_view.preview(picture, setting)
    with st.container(border=True), sentences():
        frame.way_in("pages/2_Feature_maps.py", "All layers, all channels, down to a single value.")
        network = network_control.ready(entry)
        layers = layer_view.first_layer(subject, setting, network)
    with left:
        st.subheader("What the network thinks", anchor=False)
        answer_view.answers(network, layers)
        ribbon(subject, setting, network)
