"""Train: a network learns, and the visitor watches its filters form."""

import streamlit as st

from ui.frame.frame import begin
from ui.guard import sentences
from ui.train import controls, result, view

picture = begin("Train")
st.title("Train", anchor=False)
st.write(
    "The tutorial's network learns here, from random weights. Watch its first layer form, epoch by epoch, on the "
    "picture in the sidebar; afterwards look into it, layer by layer."
)
left, right = st.columns([2, 3], gap="large")
with left, sentences():
    source = controls.choose_data()
    options = controls.choose_options()
    controls.samples(source)
with right, sentences():
    view.run(source, options)
view.first_layer(picture)
result.result()
