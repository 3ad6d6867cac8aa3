"""What programs send as those that run them have it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from inventory.scripts.command_files import of_batch
from inventory.scripts.findings import Finding
from inventory.scripts.programs.arguments import MARKS
from inventory.scripts.programs.callers import runs_in
from inventory.scripts.programs.runs import Run
from inventory.scripts.project import Project
from inventory.scripts.source_files import File
from inventory.scripts.units import of_unit

Programs = dict[str, list[File]]
"""By name in lower case."""

MAX_RUNS = 60
"""Of one program."""

MAIL = ("smtp", "send-mail", "mailmessage", "office365", "sendmail", "dsn")

BATCH = (".bat", ".cmd")


def with_runs(findings: list[Finding], project: Project) -> list[Finding]:
    """The findings, those of programs that others run in place of what the programs say alone."""
    programs = programs_of(findings, project)
    if not programs:
        return findings
    told: dict[str, list[Finding]] = defaultdict(list)
    for path, runs in runs_of(programs, project).items():
        for run in runs:
            told[path] += as_told(project.files[path], run)
    kept = [one for one in findings if one.path not in told or not told[one.path]]
    for path, found in told.items():
        kept += joined([one for one in findings if one.path == path], found)
    return kept


def runs_of(programs: Programs, project: Project) -> dict[str, list[Run]]:
    """By the path of the program. A caller that is told what to do itself runs its programs in
    turn, once for each of its own runs."""
    found: dict[str, list[Run]] = defaultdict(list)
    callers = callers_of(programs, project)
    own = runs_of_callers([file for file, _ in callers], project)
    for file, names in callers:
        outer_runs: list[Run | None] = [*own.get(file.path, [])] or [None]
        for outer in outer_runs:
            for run in runs_in(file, names, outer):
                program = nearest(programs[run.program], file)
                if program is not None and len(found[program.path]) < MAX_RUNS:
                    found[program.path].append(run)
    return found


def runs_of_callers(callers: list[File], project: Project) -> dict[str, list[Run]]:
    middle: Programs = defaultdict(list)
    for file in callers:
        is_script = bool(file.language) or file.name.lower().endswith(BATCH)
        if is_script and MARKS.search(file.text):
            middle[file.name.lower()].append(file)
    found: dict[str, list[Run]] = defaultdict(list)
    for file, names in callers_of(middle, project) if middle else []:
        for run in runs_in(file, names):
            program = nearest(middle[run.program], file)
            if program is not None and len(found[program.path]) < MAX_RUNS:
                found[program.path].append(run)
    return found


def programs_of(findings: list[Finding], project: Project) -> Programs:
    """The programs that may be told something that counts."""
    lacking = {one.path for one in findings if is_lacking(one)}
    found: dict[str, list[File]] = defaultdict(list)
    for file in project.files.values():
        is_batch = file.name.lower().endswith(BATCH)
        if file.kind or not (file.language or is_batch):
            continue
        if not sends(file):
            continue
        if file.path in lacking or MARKS.search(file.text):
            found[file.name.lower()].append(file)
    return found


def sends(file: File) -> bool:
    if not file.speaks_of_mail:
        return file.calls_senders
    low = file.text.lower()
    return any(one in low for one in MAIL) or file.calls_senders


def is_lacking(one: Finding) -> bool:
    return not one.host or (not one.account and one.auth in ("basic", "oauth"))


def callers_of(programs: Programs, project: Project) -> list[tuple[File, set[str]]]:
    """The files that name programs, with the names."""
    ends = {name[name.rindex(".") + 1 :] for name in programs if "." in name}
    ending = re.compile(rf"\.(?:{'|'.join(re.escape(end) for end in sorted(ends))})(?!\w)")
    plain = {name for name in programs if "." not in name}
    spaced = {name for name in programs if " " in name}
    modules = {name.rpartition(".")[0] for name in programs if name.endswith((".py", ".java"))}
    found = []
    for file in project.files.values():
        low = file.text.lower()
        names = {name for name in named(low, ending) if name in programs} if ends else set()
        names |= {name for name in spaced if name in low}
        names |= {name for name in plain if f"/{name}" in low or f"\n{name} " in low}
        if modules and (" -m " in low or '"-m"' in low or "java " in low):
            words = {word for found in MODULE.finditer(low) for word in found[0].split()}
            stems = {word.rpartition(".")[2].strip("\"',") for word in words} & modules
            names |= {f"{stem}{end}" for stem in stems for end in (".py", ".java")} & set(programs)
        if names:
            found.append((file, names))
    return found


MODULE = re.compile(r"-m[\s\"',]+[\w.]+|\bjavaw?(?:\.exe)?[\"']?\s-?[^\n]*")
"""What Python and Java are told to run by the name of a module or a class."""

NAME = re.compile(r"[\w.-]+$")


def named(low: str, ending: re.Pattern[str]) -> Iterator[str]:
    """The names in a text that end so."""
    for end in ending.finditer(low):
        at = end.start()
        if match := NAME.search(low, max(0, at - 60), at):
            yield match[0].removeprefix("dp0") + end[0]


def nearest(files: list[File], caller: File) -> File | None:
    """The one in the folder that has most in common with the caller's."""
    others = [file for file in files if file is not caller]
    if not others:
        return None
    return max(others, key=lambda file: shared(file.path, caller.path))


def shared(one: str, other: str) -> tuple[int, int]:
    same = 0
    for first, second in zip(one.split("/"), other.split("/"), strict=False):
        if first != second:
            break
        same += 1
    return same, -one.count("/")


def as_told(program: File, run: Run) -> list[Finding]:
    if program.name.lower().endswith(BATCH):
        return [with_words(one, run) for one in of_batch(program, run).findings]
    if program.unit is None:
        return []
    return of_unit(program.unit, program.project, run).findings


def with_words(one: Finding, run: Run) -> Finding:
    """An account that a batch file has from the words it is given."""
    told = {word.text.lower() for word in run.words}
    is_given = bool(one.account) and one.account.lower() in told
    return replace(one, account_source=f"config:{run.path}") if is_given else one


def joined(alone: list[Finding], told: list[Finding]) -> list[Finding]:
    """What the runs of one program say together, without what one of them leaves out."""
    hosts = {one.technique for one in told if one.host}
    known = {(one.path, one.line, one.technique) for one in told if one.account}
    found: dict[tuple[str, int, str, str, str], Finding] = {}
    for one in told:
        if not one.host and one.technique in hosts:
            continue
        if is_lacking(one) and one.host and (one.path, one.line, one.technique) in known:
            continue
        found.setdefault((one.path, one.line, one.technique, one.host, one.account), one)
    return list(found.values()) or alone
