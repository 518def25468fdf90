"""Receivers against strict fakes of the outside world."""
