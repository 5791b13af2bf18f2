"""The core: pictures, brightness, networks, activations, mosaics, figures.

It runs in a notebook. It knows no Streamlit, prints nothing, caches nothing, logs nothing. Importing `vizcore.photo` or
`vizcore.brightness` does not import TensorFlow.
"""
