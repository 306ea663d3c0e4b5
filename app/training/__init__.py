"""What a training of the language model needs, and what it is generated from."""
