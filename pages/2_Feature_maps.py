"""Feature maps: every layer and every channel of a network, under the brightness that is chosen."""

import streamlit as st

from ui import answer_view, frame, layer_controls, layer_view, network_control, state
from ui.brightness_control import brightness_control
from ui.guard import sentences

picture = frame.begin("Feature maps")
entry = network_control.choose_network()
st.title("Feature maps", anchor=False)
setting = brightness_control(picture, layout="bar")
with sentences():
    network = network_control.ready(entry)
    left, right = st.columns([1, 5], gap="medium")
    choice = layer_controls.choose_layers(network)
    names = [layer.name for layer in choice.layers]
    layers = layer_view.outputs(picture, setting, network, names=names, fit=choice.fit)
    with left:
        layer_view.received(layers, network)
    with right:
        answer_view.answers(network, layers)
    opened = state.open_channel({layer.name: layer.num_channels for layer in choice.layers if layer.is_spatial})
    for layer in choice.layers:
        layer_view.show_layer(layer, layers, choice, opened)
    layer_view.archive(layers, choice)
