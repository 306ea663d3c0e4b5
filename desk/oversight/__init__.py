"""What is looked at by those who answer for it: the log, exports, breaches, partners."""
