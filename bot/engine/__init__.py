"""Rasa's side of the door: components, the door channel and the judging of a model.

It runs on Python 3.10 in an environment of its own and shares no code with the rest of the house.
"""
