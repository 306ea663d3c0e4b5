"""Recharges: money that a subscriber means to pay in, and that came."""
