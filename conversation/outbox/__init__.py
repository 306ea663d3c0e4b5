"""What customers are to be told: written with the turn, sent after it."""
