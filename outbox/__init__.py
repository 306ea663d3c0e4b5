"""The way out: through the gate, in order, once."""
