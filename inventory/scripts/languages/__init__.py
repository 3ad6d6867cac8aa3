"""Front-ends: source text of one language into the common form."""

from __future__ import annotations

from inventory.scripts.forms import Unit
from inventory.scripts.languages.base import Frontend
from inventory.scripts.languages.csharp import CSharp
from inventory.scripts.languages.expect import ExpectScript
from inventory.scripts.languages.go import Go
from inventory.scripts.languages.java import Java
from inventory.scripts.languages.javascript import JavaScript, TypeScript
from inventory.scripts.languages.make import Make
from inventory.scripts.languages.notebook import Notebook
from inventory.scripts.languages.perl import Perl
from inventory.scripts.languages.php import Php
from inventory.scripts.languages.powershell import PowerShell
from inventory.scripts.languages.python import Python
from inventory.scripts.languages.shell import Shell
from inventory.scripts.languages.visualbasic import VisualBasic

Reads = type[Frontend] | type[ExpectScript]

BY_SUFFIX: dict[str, Reads] = {
    ".ps1": PowerShell,
    ".psm1": PowerShell,
    ".psd1": PowerShell,
    ".py": Python,
    ".pyw": Python,
    ".ipynb": Notebook,
    ".sh": Shell,
    ".bash": Shell,
    ".ksh": Shell,
    ".zsh": Shell,
    ".cron": Shell,
    ".mk": Make,
    ".php": Php,
    ".php5": Php,
    ".phtml": Php,
    ".inc": Php,
    ".cs": CSharp,
    ".csx": CSharp,
    ".java": Java,
    ".js": JavaScript,
    ".mjs": JavaScript,
    ".cjs": JavaScript,
    ".jsx": JavaScript,
    ".ts": TypeScript,
    ".mts": TypeScript,
    ".cts": TypeScript,
    ".go": Go,
    ".pl": Perl,
    ".pm": Perl,
    ".vbs": VisualBasic,
    ".vb": VisualBasic,
    ".bas": VisualBasic,
    ".cls": VisualBasic,
    ".frm": VisualBasic,
    ".vba": VisualBasic,
    ".asp": VisualBasic,
    ".wsf": VisualBasic,
    ".hta": VisualBasic,
    ".exp": ExpectScript,
    ".expect": ExpectScript,
    ".tcl": ExpectScript,
}

BY_PROGRAM: dict[str, Reads] = {
    "python": Python,
    "python2": Python,
    "python3": Python,
    "pwsh": PowerShell,
    "powershell": PowerShell,
    "sh": Shell,
    "bash": Shell,
    "dash": Shell,
    "ksh": Shell,
    "zsh": Shell,
    "php": Php,
    "perl": Perl,
    "node": JavaScript,
    "expect": ExpectScript,
    "tclsh": ExpectScript,
    "wish": ExpectScript,
}


def frontend_of(path: str, text: str) -> Reads | None:
    """By the name's end, else by the program named on the first line."""
    name = path.rpartition("/")[2].lower()
    suffix = "." + name.rpartition(".")[2] if "." in name else ""
    if name in ("makefile", "gnumakefile"):
        return Make
    if suffix in BY_SUFFIX:
        return None if is_bundle(suffix, text) else BY_SUFFIX[suffix]
    first = text.partition("\n")[0]
    if first.startswith("#!"):
        words = first[2:].split()
        program = words[0].rpartition("/")[2] if words else ""
        if program == "env":
            named = [word for word in words[1:] if not word.startswith("-")]
            program = named[0] if named else ""
        return BY_PROGRAM.get(program.rstrip("0123456789.") or program)
    if text.startswith("<?php"):
        return Php
    return None


def is_bundle(suffix: str, text: str) -> bool:
    """Minified by a build: the source is elsewhere."""
    is_long = len(text) > 100_000 and len(text) > 300 * (text.count("\n") + 1)
    return is_long and suffix in (".js", ".mjs", ".cjs")


def parse(path: str, text: str) -> Unit | None:
    """None for a file in no language that is known."""
    frontend = frontend_of(path, text)
    return frontend(path, text).read() if frontend is not None else None
