"""The agents' desk: queue, thread, take over, hand back."""
