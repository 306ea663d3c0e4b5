"""The language engine and the small door through which the app speaks to it."""
