"""The dialogue: what was said becomes commands, commands move flows on (start reading at manager.py)."""
