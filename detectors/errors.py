"""The family of errors that Tocsin raises on purpose."""


class TocsinError(Exception):
    """Something a person can fix: the message says what was wrong, where, and what to do."""


class DetectorsError(TocsinError):
    """A detector was given what it cannot use."""
