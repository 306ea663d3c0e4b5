"""Schema history of the whole database."""
