"""A customer's words on their way in, what is made of them, and what goes out again."""
