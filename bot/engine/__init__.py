"""Rasa's side of the door: components, the door channel and the judging of a model.

It runs on Python 3.10 in an environment of its own; of the rest of the house it has the one recogniser of numbers
(core/identifiers.py), which is written for both Pythons.
"""
