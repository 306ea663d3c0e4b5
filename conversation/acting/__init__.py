"""What agents do for customers, who say yes to it themselves (G9)."""
