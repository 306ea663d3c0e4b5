"""What the bot does: one small module per action or form; each reads slots, calls a port and names a response."""
