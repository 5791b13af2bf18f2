"""The state of one visitor. The only room that touches `st.session_state` and the address."""
