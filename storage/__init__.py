"""Tables and repositories of conversations, messages and their delivery."""
