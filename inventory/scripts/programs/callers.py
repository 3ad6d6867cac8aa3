"""The runs of programs that the files of a tree hold: in commands of scripts, batch files,
crontabs, makefiles, tasks and settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from inventory.scripts.command_files import CRON_LINE, batch_lines, is_crontab, is_system_crontab
from inventory.scripts.forms import Call, Expr, Name, PlacedCall, Table, Text, walk
from inventory.scripts.languages import parse
from inventory.scripts.programs.runs import Run
from inventory.scripts.resolve import Resolver
from inventory.scripts.scheduled_tasks import command_lines_of_task, is_task
from inventory.scripts.source_files import File
from inventory.scripts.techniques.commands import lines_of, words_of
from inventory.scripts.techniques.unit_tests import is_faked
from inventory.scripts.values import Value

Wanted = set[str]
"""The names of the programs whose runs are looked for, in lower case."""

MAX_PARTS = 60


def runs_in(file: File, wanted: Wanted, run: Run | None = None) -> Iterator[Run]:
    """`run`: how the file itself is run."""
    if file.name.lower().endswith((".bat", ".cmd")):
        yield from of_batch_file(file, wanted, run)
    elif is_crontab(file):
        yield from of_crontab_file(file, wanted)
    elif file.kind == "xml" and is_task(file):
        for line, text in command_lines_of_task(file):
            yield from of_text(file.path, text, line, wanted)
    elif file.kind == "docker":
        yield from of_docker(file, wanted)
    elif file.kind:
        yield from of_settings(file, wanted)
    elif file.language and file.unit is not None:
        if is_faked(file.unit):
            return
        yield from of_unit(Resolver(file.unit, file.project, run), wanted)
    else:
        yield from of_lines(file, wanted)


def program_in(word: str, wanted: Wanted) -> str:
    """The program that a word of a command names; "" if it is none of them."""
    name = re.split(r"[\\/]|%~dp0", word.strip().strip("'\""))[-1].lower()
    return name if name in wanted else ""


def of_words(
    path: str,
    words: list[Value],
    line: int,
    wanted: Wanted,
    variable: Callable[[str], Value | None],
) -> Iterator[Run]:
    """The run in one command line; a word may be a command line of its own."""
    for index, word in enumerate(words):
        name = program_in(word.text, wanted) or module_in(words, index, wanted)
        if name:
            rest = tuple(words[index + 1 :])
            yield Run(name, path, line, rest, variable=with_prefix(words[:index], variable))
            return
        if " " in word.text.strip() and mentions(word.text, wanted):
            plain = replace(word, text=word.text.replace("\\", "/"))
            for inner in lines_of(plain):
                yield from of_words(path, inner, line, wanted, variable)


def module_in(words: list[Value], index: int, wanted: Wanted) -> str:
    """`python -m notify.mailer`, `java -cp … com.acme.Notify`."""
    word = words[index].text
    last = word.rpartition(".")[2].lower()
    before = [one.text.rpartition("/")[2].lower() for one in words[:index]]
    if index and before[-1] == "-m" and f"{last}.py" in wanted:
        return f"{last}.py"
    is_java = any(one.removesuffix(".exe") in ("java", "javaw") for one in before)
    return f"{last}.java" if is_java and f"{last}.java" in wanted else ""


def mentions(text: str, wanted: Wanted) -> bool:
    """Whether a text names one of the programs, or its module."""
    names = re.findall(r"[\w.-]+", text.lower().replace("%~dp0", "/"))
    if any(" " in name and name in text.lower() for name in wanted):
        return True
    stems = {name.rpartition(".")[2] for name in names}
    return not wanted.isdisjoint(names) or any(
        f"{stem}.py" in wanted or f"{stem}.java" in wanted for stem in stems
    )


def nothing(name: str) -> Value | None:
    return None


def with_prefix(
    words: list[Value], variable: Callable[[str], Value | None]
) -> Callable[[str], Value | None]:
    """Variables that stand before the command, and those that `-e NAME=value` hands over."""
    told = {}
    for word in words:
        name, sign, value = word.text.partition("=")
        if sign and re.fullmatch(r"\w+", name):
            told[name] = replace(word, text=value)
    return lambda name: told.get(name) or variable(name)


# -- by kinds of files -------------------------------------------------------------------------


def of_unit(resolver: Resolver, wanted: Wanted) -> Iterator[Run]:
    unit = resolver.unit

    def exported(name: str) -> Value | None:
        assigns = resolver.by_path.get((name,), [])
        return resolver.first(assigns[-1].value, assigns[-1].place) if assigns else None

    variable: Callable[[str], Value | None] = (
        exported if unit.language in ("shell", "powershell") else nothing
    )
    if unit.language == "powershell":
        variable = set_in_powershell(resolver)
    for placed in unit.calls:
        if not names_program(resolver, placed, wanted):
            continue
        call, place = placed.call, placed.place
        if unit.language == "shell" and call.method in (".", "source"):
            continue  # It runs no program: it takes in functions and variables.
        words = [Value(call.method, call.line, "literal")] if call.method else []
        for arg in call.args:
            words += words_of(resolver, arg, place)
        if unit.language not in ("shell", "powershell"):
            words = words[1:]
        for run in of_words(unit.path, words, call.line, wanted, variable):
            yield replace(run, named=splatted(resolver, placed))


def set_in_powershell(resolver: Resolver) -> Callable[[str], Value | None]:
    def variable(name: str) -> Value | None:
        for assign in resolver.unit.assigns:
            if assign.path[0] == "env" and assign.path[1:] == (name.lower(),):
                return resolver.first(assign.value, assign.place)
        return None

    return variable


def names_program(resolver: Resolver, placed: PlacedCall, wanted: Wanted) -> bool:
    call = placed.call
    if program_in(call.method, wanted):
        return True
    parts: list[Expr] = []
    for arg in call.args:
        parts += walk(arg)[:MAX_PARTS]
    for part in parts:
        if isinstance(part, Text) and mentions(part.text, wanted):
            return True
        if isinstance(part, Name) and resolver.unit.language in ("shell", "powershell"):
            for assign in resolver.by_path.get((part.name,), [])[:3]:
                texts = [one.text for one in walk(assign.value)[:20] if isinstance(one, Text)]
                if any(mentions(text, wanted) for text in texts):
                    return True
    return False


def splatted(resolver: Resolver, placed: PlacedCall) -> dict[str, Value]:
    """What `@table` hands over."""
    found: dict[str, Value] = {}
    call: Call = placed.call
    for name, given in call.named if resolver.unit.language == "powershell" else ():
        table: Table | None = resolver.table(given, placed.place) if name == "@" else None
        for key, value in table.items if table is not None else ():
            if (told := resolver.first(value, placed.place)) is not None:
                found.setdefault(key.lower(), told)
    return found


def of_batch_file(file: File, wanted: Wanted, run: Run | None = None) -> Iterator[Run]:
    for line in batch_lines(file, run):
        if not mentions(line.text, wanted):
            continue

        def variable(name: str, known: dict[str, tuple[str, int]] = line.known) -> Value | None:
            told = known.get(name.lower())
            return Value(told[0], told[1], "literal") if told else None

        places = dict(line.known.values())
        for words in lines_of(Value(line.text.replace("\\", "/"), line.number, "literal")):
            told = [replace(one, line=places.get(one.text, one.line)) for one in words]
            yield from of_words(file.path, told, line.number, wanted, variable)


def of_crontab_file(file: File, wanted: Wanted) -> Iterator[Run]:
    header: dict[str, Value] = {}
    for number, line in enumerate(file.text.splitlines(), 1):
        if found := re.match(r"\s*(\w+)\s*=\s*(.*)", line):
            header[found[1]] = Value(found[2].strip().strip("\"'"), number, "literal")
        command = CRON_LINE.match(line)
        if command is None or not mentions(line, wanted):
            continue
        text = command[1].strip()
        if is_system_crontab(file):
            text = text.partition(" ")[2].strip()
        yield from of_shell_line(file, text, number, wanted, header)


def of_shell_line(
    file: File, text: str, line: int, wanted: Wanted, header: dict[str, Value] | None = None
) -> Iterator[Run]:
    """A line as the shell has it, after others that set variables."""
    told = "".join(f"{name}='{value.text}';" for name, value in (header or {}).items())
    unit = parse("line.sh", "\n" * (line - 1) + told + text)
    if unit is None:
        return
    yield from of_unit(Resolver(replace(unit, path=file.path), file.project), wanted)


def of_text(path: str, text: str, line: int, wanted: Wanted) -> Iterator[Run]:
    if not mentions(text, wanted):
        return
    for words in lines_of(Value(text.replace("\\", "/"), line, "literal")):
        yield from of_words(path, words, line, wanted, nothing)


def of_docker(file: File, wanted: Wanted) -> Iterator[Run]:
    for number, line in enumerate(file.text.splitlines(), 1):
        kind, _, text = line.strip().partition(" ")
        if kind.upper() not in ("CMD", "ENTRYPOINT", "RUN") or not mentions(text, wanted):
            continue
        words = listed(text.strip())
        if words:
            told = [Value(word, number, "literal") for word in words]
            yield from of_words(file.path, told, number, wanted, nothing)
        else:
            yield from of_shell_line(file, text, number, wanted)


def listed(text: str) -> list[str]:
    try:
        found = json.loads(text) if text.startswith("[") else []
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)]


def of_settings(file: File, wanted: Wanted) -> Iterator[Run]:
    """A command in one setting, or its words in a list; its arguments may stand beside it."""
    entries = [file.project.filled(file, one) for one in file.entries]
    for index, entry in enumerate(entries):
        if not mentions(entry.text, wanted):
            continue
        words = [Value(entry.text, entry.line, "literal")]
        is_one = " " in entry.text.strip()
        for other in entries[index + 1 : index + MAX_PARTS]:
            is_beside = other.path[:-1] == entry.path[:-1]
            if (other.path == entry.path and not is_one) or (
                is_beside and other.path[-1].lower() in BESIDE
            ):
                words.append(Value(other.text, other.line, "literal"))
        if is_one and len(words) == 1:
            yield from of_shell_line(file, entry.text, entry.line, wanted)
            continue
        told = [one for word in words for one in split(word)]
        yield from of_words(file.path, told, entry.line, wanted, nothing)


BESIDE = ("args", "arguments", "argumentlist", "scriptarguments", "parameters", "command")


def split(word: Value) -> list[Value]:
    lines = lines_of(replace(word, text=word.text.replace("\\", "/")))
    return [one for line in lines for one in line] if " " in word.text.strip() else [word]


def of_lines(file: File, wanted: Wanted) -> Iterator[Run]:
    """Any other text: commands in its literals, else its lines."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if not mentions(line, wanted) or line.lstrip().startswith(("#", "--", "//")):
            continue
        literals = re.findall(r"'((?:[^']|'')*)'", line) if file.name.endswith(".sql") else []
        for text in [one for one in literals if mentions(one, wanted)] or [line]:
            yield from of_text(file.path, text.replace("''", "'"), number, wanted)
