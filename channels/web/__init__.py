"""Web chat: a page in the customer's browser."""
