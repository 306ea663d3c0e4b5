"""What Telegram posts."""
