"""Feature maps: every layer and every channel of a network, under the brightness that is chosen."""

import streamlit as st

from ui import cached, frame, layer_controls, layer_view, state
from ui.brightness_control import brightness_control
from ui.guard import sentences

picture = frame.begin("Feature maps")
st.title("Feature maps", anchor=False)
st.caption("A small convolutional network with untrained weights: random, always the same.")
setting = brightness_control(picture, layout="bar")
with sentences():
    network = cached.network()
    left, right = st.columns([1, 5], gap="medium")
    with right:
        choice = layer_controls.choose_layers(network.layers)
    layers = layer_view.outputs(picture, setting, fit=choice.fit)
    with left:
        layer_view.received(layers)
    opened = state.open_channel({layer.name: layer.num_channels for layer in choice.layers if layer.is_spatial})
    for layer in choice.layers:
        layer_view.show_layer(layer, layers, choice, opened)
    layer_view.archive(layers, choice)
