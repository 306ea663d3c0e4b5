"""SMS: what a subscriber's phone sends, whichever gateway brings it."""
