"""Tests of the database handle itself."""
