"""One message becomes its answer, in one transaction."""
