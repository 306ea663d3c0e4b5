"""Service providers: partner companies whose services are charged with our bill (J4)."""
