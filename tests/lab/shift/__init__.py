"""A day of two agents, a supervisor and thirty customers, played against a started house (`kefu bench shift`)."""
