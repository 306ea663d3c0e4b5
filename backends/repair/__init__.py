"""Fault reports and their tickets."""
