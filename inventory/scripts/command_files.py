"""Files of command lines: Windows batch files and crontabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from inventory.scripts.findings import Finding, Found, add
from inventory.scripts.hosts import host_of
from inventory.scripts.languages import parse
from inventory.scripts.powershell_lines import of_powershell_line, script_in
from inventory.scripts.programs.arguments import Argument
from inventory.scripts.programs.runs import Run
from inventory.scripts.source_files import File
from inventory.scripts.techniques.commands import decide, lines_of, without_prefix
from inventory.scripts.units import of_unit, replace_path
from inventory.scripts.values import UNKNOWN, Value


@dataclass(frozen=True)
class BatchLine:
    """A command with what its variables hold; `used` are those with their lines, `known` all."""

    number: int
    text: str
    used: list[tuple[str, int]]
    known: dict[str, tuple[str, int]]


def batch_lines(file: File, run: Run | None = None) -> Iterator[BatchLine]:
    """The commands of a batch file, with what `set` and whoever runs it say."""
    known: dict[str, tuple[str, int]] = {}
    for number, line in continued(file.text):
        plain = line.strip().lstrip("@").strip()
        if re.match(r"(rem\b|::)", plain, re.IGNORECASE):
            continue
        plain = ARGUMENT.sub(lambda found: given(found, run), plain)
        if match := re.match(r"set\s+\"?(\w+)=([^\"]*)\"?", plain, re.IGNORECASE):
            known[match[1].lower()] = (filled(match[2].strip(), known), number)
            continue
        plain = re.sub(r"^for\s.*?\bdo\b\s*\(?", "", plain, flags=re.IGNORECASE)
        used = [known[name] for name in re.findall(r"%(\w+)%", plain.lower()) if name in known]
        yield BatchLine(number, filled(plain, known), used, dict(known))


ARGUMENT = re.compile(r"%~?[a-z]*([1-9])(?!\w*%)", re.IGNORECASE)


def given(found: re.Match[str], run: Run | None) -> str:
    told = run.value(Argument(int(found[1]) - 1)) if run is not None else None
    return UNKNOWN if told is None else told.text


def filled(text: str, known: dict[str, tuple[str, int]]) -> str:
    return re.sub(r"%(\w+)%", lambda name: known.get(name[1].lower(), ("\0",))[0], text)


def of_batch(file: File, run: Run | None = None) -> Found:
    """What a batch file sends, as it stands or as one run of it has it."""
    found = Found([], [])
    for line in batch_lines(file, run):
        if script_in(line.text):
            one = of_powershell_line(file.path, line.text, line.number, file.project)
        else:
            one = of_line(file.path, line.text, line.number)
        hosts = {host_of(text): at for text, at in line.used}
        found.findings += [
            replace(each, line=hosts.get(each.host, each.line)) for each in one.findings
        ]
        found.secrets += one.secrets
    for target, text in echoed(file, run).items():
        unit = parse(target, text)
        if unit is not None:
            add(found, of_unit(replace_path(unit, file.path), file.project))
    return found


ECHO = re.compile(
    r"(?:>>?\s*\"?(?P<before>[^\">]+?)\"?\s+)?\(?echo[. ](?P<text>.*?)"
    r"(?:\s*(?<!\^)>>?\s*\"?(?P<after>[^\">]+?)\"?\s*\)?)?",
    re.IGNORECASE,
)


def echoed(file: File, run: Run | None) -> dict[str, str]:
    """{target: text} of the scripts that a batch file writes line by line and then runs."""
    found: dict[str, list[str]] = {}
    for line in batch_lines(file, run) if SCRIPTS.search(file.text) else ():
        told = ECHO.fullmatch(line.text.strip())
        target = (told["before"] or told["after"] or "").strip() if told is not None else ""
        if told is None or SCRIPTS.search(target) is None:
            continue
        lines = found.setdefault(target, [])
        lines += [""] * (line.number - 1 - len(lines))
        lines.append(re.sub(r"\^(.)", r"\1", told["text"]))
    return {target: "\n".join(lines) for target, lines in found.items()}


SCRIPTS = re.compile(r"\.(?:vbs|ps1|js|py)\b", re.IGNORECASE)


def continued(text: str) -> list[tuple[int, str]]:
    """(first line, command) with lines joined that end in `^`."""
    found: list[tuple[int, str]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        if is_open:
            first, before = found.pop()
            found.append((first, before + " " + line.removesuffix("^")))
        else:
            found.append((number, line.removesuffix("^")))
        is_open = line.endswith("^")
    return found


def of_line(path: str, text: str, number: int) -> Found:
    found = Found([], [])
    for words in lines_of(Value(text.replace("\\", "/"), number, "literal")):
        words = without_prefix(words)
        if words:
            one = decide(path, words)
            found.findings += one.findings
            found.secrets += one.secrets
    return found


CRON_LINE = re.compile(r"^\s*(?:@\w+|(?:[\d*/,\-a-zA-Z]+\s+){5})(.*)")


def is_crontab(file: File) -> bool:
    name = file.name.lower()
    in_cron = "/cron.d/" in f"/{file.path}" and "." not in name
    is_list = name.endswith((".txt", ".lst", ".bak")) and "cron" in name
    return name.startswith("crontab") or name.endswith(".crontab") or is_list or in_cron


def is_system_crontab(file: File) -> bool:
    """One whose lines name a user before the command."""
    return "cron.d/" in file.path or file.path.endswith("etc/crontab")


def of_crontab(file: File) -> Found:
    """What its commands send, and MAILTO, which hands their output to this host's mailer; a
    name without a domain stays on the host."""
    found = Found([], [])
    for number, line in enumerate(file.text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        if re.match(r"\s*MAILTO\s*=\s*[\"']?[^\"'\s]+@", line):
            found.findings.append(
                Finding(file.path, number, "cron MAILTO", "localhost", "", "none", "")
            )
        elif command := CRON_LINE.match(line):
            text = command[1].strip()
            if is_system_crontab(file):
                text = text.partition(" ")[2]
            unit = parse("line.sh", "\n" * (number - 1) + text)
            if unit is not None:
                one = of_unit(replace_path(unit, file.path), file.project)
                found.findings += one.findings
                found.secrets += one.secrets
    return found
