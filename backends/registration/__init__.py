"""Becoming a customer: who may, what is reserved, and under which identifier (B5, N9 flow 1)."""
