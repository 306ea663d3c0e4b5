"""The agents themselves: who works, how well, and who may."""
