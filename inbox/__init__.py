"""The way in: stored and committed before anybody is told that it was received."""
