"""The demo: its data and its sandbox."""
