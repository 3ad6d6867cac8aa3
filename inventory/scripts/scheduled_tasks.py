"""Tasks that Windows' scheduler exports: a program and its arguments."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.scripts.command_files import of_line
from inventory.scripts.findings import Found, add
from inventory.scripts.powershell_lines import of_powershell_line, script_in
from inventory.scripts.source_files import File

NAMESPACE = "schemas.microsoft.com/windows/2004/02/mit/task"


def is_task(file: File) -> bool:
    return file.kind == "xml" and NAMESPACE in file.text[:2000]


def of_task(file: File) -> Found:
    found = Found([], [])
    for line, text in command_lines_of_task(file):
        if script_in(text):
            add(found, of_powershell_line(file.path, text, line, file.project))
        else:
            add(found, of_line(file.path, text, line))
    return found


def command_lines_of_task(file: File) -> Iterator[tuple[int, str]]:
    command = ""
    for entry in file.entries:
        name = entry.path[-1].lower()
        if name == "command":
            command = entry.text
        elif name == "arguments":
            yield entry.line, f"{command} {entry.text}"
