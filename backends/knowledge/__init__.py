"""What the bot and the agents know: articles with their source and days, and finding the one that was asked for."""
