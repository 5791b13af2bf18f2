"""Work in threads that run while visitors change pages. This room does not use Streamlit."""
