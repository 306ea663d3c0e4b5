"""The handle on the SQL database, shared by storage and the backends."""
