"""Those who wait for a person: by which rules, and what they are told."""
