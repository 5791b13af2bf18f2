"""Work that goes on in threads while pages come and go. No Streamlit."""
