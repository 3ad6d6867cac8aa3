"""Lines that a cmdlet writes to the screen and that end up in the file when people redirect it.

PowerShell breaks them at the width of the window, and translates "WARNING".
"""

from __future__ import annotations

import re

MORE = re.compile(
    r"there are more results|command to get more|-StartingRecipientAddress\b"
    r"|Get-MessageTraceV2\s+-StartDate",
    re.IGNORECASE,
)
"""https://learn.microsoft.com/powershell/module/exchange/get-messagetracev2"""
PREFIX = re.compile(
    r"\W{0,4}(WARNING|WARNUNG|AVERTISSEMENT|ADVERTENCIA|AVVISO|AVISO|WAARSCHUWING|VARNING|ADVARSEL"
    r"|VAROITUS|OSTRZE\S+NIE)\s?:",
)
CUT = "it holds the warning that there are more results: the export is not whole"


def is_notice(line: str) -> bool:
    return bool(PREFIX.match(line) or MORE.search(line))


def says_more(line: str) -> bool:
    return bool(MORE.search(line))
