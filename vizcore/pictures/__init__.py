"""Any picture file becomes upright, opaque sRGB bytes, or a sentence says why not. No Keras, no Plotly."""
