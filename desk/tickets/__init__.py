"""Complaints and repairs at the desk."""
