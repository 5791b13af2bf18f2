"""Plain Plotly dictionaries and exported files. The only room of the core that knows Plotly's words.

No `go.Figure`: building one validates every attribute and costs several times what the figure itself costs. Arrays
travel as base64 typed arrays, the way plotly.py writes them. Background and font colours are left to the page, since
only the browser knows whether it is light or dark.

Every figure is made of `panels` (axes and their positions), `traces`, `chart` (titles, margins, legends, numbers as
text) and `colours`.
"""
