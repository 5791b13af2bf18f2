"""Plain Plotly dictionaries and exported files. The only room of the core that knows Plotly's words.

No `go.Figure`: building one validates every attribute and costs several times what the figure itself costs. Arrays
travel as base64 typed arrays, the way plotly.py writes them. Background and font colours are left to whoever shows the
figure, since only the browser knows whether the page is light or dark.

Every figure is made of `panels` (axes and where they stand), `traces`, `chart` (titles, margins, legends, numbers as
text) and `colours`.
"""
