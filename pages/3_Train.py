"""Train: a network learns, and the visitor watches its filters form."""

import streamlit as st

from ui.frame.frame import begin
from ui.guard import sentences
from ui.train import controls, result, view

picture = begin("Train")
with st.container(key="title"):
    st.title("Train", anchor=False)
with st.container(key="introduction"):
    st.write(
        "The tutorial's network learns here from random weights: watch its first layer form, look into it afterwards.",
    )
places = view.places()
with places.choices, sentences():
    source, epochs = controls.choose_data()
with places.more, sentences():
    controls.about(source)
    options = controls.choose_options(epochs)
with places.choices, sentences():
    view.run(source, options)
with places.more if view.has_begun() else places.shown:
    controls.samples(source)
with places.shown:
    view.course(picture)
result.result()
