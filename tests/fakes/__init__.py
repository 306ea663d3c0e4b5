"""Small stand-ins that the contract tests keep honest."""
