"""Dates and times as pages show them: the day before the month in words, the clock to 24."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
