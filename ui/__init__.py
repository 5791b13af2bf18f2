"""The code that uses Streamlit and serves the pages."""
