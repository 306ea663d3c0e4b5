"""The carrier's systems behind ports: a real one plugs in where the embedded one stands."""
