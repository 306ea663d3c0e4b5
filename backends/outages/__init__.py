"""Outages: faults and works of an area, told to those they concern."""
