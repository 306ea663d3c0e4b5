"""Laboratories: long runs against the whole service, started by `kefu bench …`."""
