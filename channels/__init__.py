"""Ways in and out: each folder receives and sends, and knows nobody above it."""
