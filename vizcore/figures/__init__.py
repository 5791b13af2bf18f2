"""Plain Plotly dictionaries and exported files. The only room of the core that knows Plotly's words."""
