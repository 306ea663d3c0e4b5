"""Customers, plans, balances, usage, bills and services."""
