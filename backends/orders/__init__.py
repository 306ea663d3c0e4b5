"""Changes of an account: proposed, read back, confirmed by a one-time code, carried out once."""
