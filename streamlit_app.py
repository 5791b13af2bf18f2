"""Home: a description of the app, the picture, and a card for each of the other pages."""

from functools import partial

import streamlit as st

from ui.brighten import view as brighten
from ui.frame import network_control
from ui.frame.frame import begin
from ui.frame.pages import TITLE, page_card
from ui.guard import sentence_here, sentences
from ui.home import view
from ui.light.answer import Answers
from ui.light.control import brightness_control
from ui.light.following import following
from ui.light.ribbon.ribbon import ribbon
from ui.session.channel import is_opened_elsewhere
from ui.values import Subject

picture = begin(TITLE)
if is_opened_elsewhere():
    st.switch_page("pages/2_Feature_maps.py")
entry = network_control.choose_network(picture)
subject = Subject(picture, entry)
st.title(TITLE, anchor=False)
with st.container(key="introduction"):
    st.write(
        "Drag the brightness and watch a convolutional network react. The scales stay put: what changes is the light.",
    )
left, right = st.columns(2, gap="medium")
with left:
    light = brightness_control(picture, layout="single", followed_by=subject.key, ribbon_key=subject.key)
with right:
    # The first card is filled last: the other cards need not wait for a network.
    maps = st.container(border=True)
    with st.container(border=True):
        page_card("pages/1_Brighten.py", "Compare the pictures, count the clipped pixels, take the result with you.")
        brighten.histograms(picture, light).show()
    with st.container(border=True):
        page_card("pages/3_Train.py", "Watch filters form, epoch by epoch, and look into the network you trained.")
    with st.container(border=True):
        page_card("pages/4_Augment.py", "Flip, turn, crop, colour: how far does each layer move, and which do not?")
with maps, sentences():
    network = network_control.ready(entry)
    layers = view.first_convolution(subject, light, network)
    view.first_maps(layers).show()
    page_card("pages/2_Feature_maps.py", "All layers, all channels, down to a single value.")
    with left:
        with sentence_here():
            Answers(network, layers).show()
        with sentence_here():
            ribbon(subject, light, network, layers)
    following.follow(partial(view.parts, subject))
