"""Command lines that run PowerShell: what they run, as a script of its own."""

from __future__ import annotations

import base64
import binascii
import re

from inventory.scripts.findings import Found
from inventory.scripts.languages import parse
from inventory.scripts.project import Project
from inventory.scripts.units import of_unit, replace_path

PROGRAM = re.compile(
    r"(?:^|[\s\"'\\/&@(|])(?:powershell|pwsh)(?:\.exe)?[\"']?\s+(?=\S)", re.IGNORECASE
)
COMMAND = re.compile(r"(?:^|\s)[-/]c(?:ommand)?\s+", re.IGNORECASE)
ENCODED = re.compile(
    r"(?:^|\s)[-/]e(?:nc|ncodedcommand)?\s+[\"']?([A-Za-z0-9+/=]{16,})", re.IGNORECASE
)
SCRIPT = re.compile(
    r"(?:^|\s)(?:[-/]f(?:ile)?\s+)?(?P<path>\"[^\"]+\.ps1\"|'[^']+\.ps1'|[^\s\"']+\.ps1)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)


def script_in(text: str) -> str:
    """What PowerShell runs; "" if the line does not start it."""
    started = PROGRAM.search(text)
    if started is None:
        return ""
    told = text[started.end() :]
    if encoded := ENCODED.search(told):
        return decoded(encoded[1])
    if command := COMMAND.search(told):
        return unquoted(told[command.end() :].strip())
    if script := SCRIPT.search(told):
        return f"& {script['path']}{script['rest']}"
    return unquoted(told.strip())


QUOTED_WORDS = re.compile(r'(?:"[^"]*"\s*){2,}')
QUOTED_WORD = re.compile(r'"([^"]*)"')


def unquoted(text: str) -> str:
    """Without the quotes that belong to the command line."""
    if QUOTED_WORDS.fullmatch(text):  # PowerShell puts its words together.
        text = " ".join(QUOTED_WORD.findall(text))
    elif len(text) > 1 and text[0] in "\"'" and text[0] in text[1:]:
        text = text[1 : text.rindex(text[0])]
    return text.replace('\\"', '"')


def decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-16-le", "replace")
    except (ValueError, binascii.Error):
        return ""


def of_powershell_line(path: str, text: str, line: int, project: Project) -> Found:
    """What a command line sends through PowerShell."""
    script = script_in(text)
    low = script.lower()
    if "mail" not in low and "smtp" not in low and ".ps1" not in low:
        return Found([], [])
    unit = parse("line.ps1", "\n" * (line - 1) + script)
    return Found([], []) if unit is None else of_unit(replace_path(unit, path), project)
