"""Conversations at the desk: read, answered, searched, given to agents."""
