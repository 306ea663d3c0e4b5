"""The channels, each with its payloads on disk and a table of cases; one runner plays them all."""
