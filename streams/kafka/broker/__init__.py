"""The embedded broker, and the door in front of it."""
