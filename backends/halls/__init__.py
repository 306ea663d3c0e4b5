"""Service halls: where they are and when they are open."""
