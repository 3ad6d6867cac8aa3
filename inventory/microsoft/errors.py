"""What can go wrong at Microsoft, by what to do about it."""

from __future__ import annotations


class MicrosoftError(Exception):
    """The message is for the person who looks after the connection; it holds no secret."""


class Refused(MicrosoftError):
    """Asking again will not help before a person has changed something."""


class Unavailable(MicrosoftError):
    """Ask again later; `seconds` is how long Microsoft wants to be left alone, if it said so."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds
