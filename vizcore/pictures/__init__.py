"""Decode any picture file to upright, opaque sRGB bytes, or refuse it with a message. No Keras, no Plotly."""
