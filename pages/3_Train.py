"""Train: a network learns, and one watches its filters form."""

import streamlit as st

from ui import training_controls, training_result, training_view
from ui.frame.frame import begin
from ui.guard import sentences

picture = begin("Train")
st.title("Train", anchor=False)
st.write(
    "The tutorial's network learns here, from random weights. Watch its first layer form, epoch by epoch, on the "
    "picture in the sidebar; afterwards look into it, layer by layer."
)
left, right = st.columns([2, 3], gap="large")
with left, sentences():
    source = training_controls.choose_data()
    options = training_controls.choose_options()
    training_controls.samples(source)
with right, sentences():
    training_view.run(source, options)
training_view.first_layer(picture)
training_result.result()
