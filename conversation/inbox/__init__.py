"""What customers write, stored before anything else happens with it."""
