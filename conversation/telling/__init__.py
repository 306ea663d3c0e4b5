"""Telling customers of what happens without being asked: outages."""
