"""What runs by itself as long as the process does."""
