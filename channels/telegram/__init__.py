"""Telegram: a bot that the platform calls by webhook (python-telegram-bot for its types and its calls)."""
