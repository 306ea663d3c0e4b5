"""Proof of who is speaking: one-time codes."""
