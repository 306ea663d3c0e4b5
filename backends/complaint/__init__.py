"""Complaints and their tickets."""
