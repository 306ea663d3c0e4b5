"""REST by Rasa's own convention: `POST /webhooks/rest/webhook`."""
