"""Which argument of its program an expression stands for, or which variable of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inventory.scripts.definitions import Definitions, is_switch
from inventory.scripts.forms import (
    Call,
    Expr,
    Function,
    Index,
    Member,
    Name,
    Other,
    Place,
    Scope,
    Text,
    path_of,
    walk,
)
from inventory.scripts.languages.base import OPTION_CASE
from inventory.scripts.lookups import ENVIRONMENT, is_environment, lookup_keys


@dataclass(frozen=True, slots=True)
class Argument:
    """By its position among all words, or among those that are no option (`is_plain`); by the
    names of its option; by the name of its variable."""

    position: int = -1
    names: tuple[str, ...] = ()
    variable: str = ""
    is_plain: bool = False
    valued: frozenset[str] = frozenset()
    """Options that take the word after them."""


MARKS = re.compile(
    r"\bargv\b|\bARGV\b|argparse|optparse|getopt|GetOptions|\bclick\b|\btyper\b|docopt|yargs|minimist"
    r"|commander|parseArgs|os\.Args|flag\.|\bargs\b|\bArguments\b|\bparam\s*\(|\bshift\b"
    r"|\$\{?[1-9]|%~?[1-9]",
    re.IGNORECASE,
)
"""Text of programs that may take arguments."""

PARSED = {
    "parse_args", "parse_known_args", "getopt", "minimist", "opts", "parseargs", "docopt", "yargs",
    "optionvalues", "parse", "parsesync", "hidebin",
}  # fmt: skip
"""Calls that give the options of the command line."""


def argument_of(here: Definitions, expr: Expr, place: Place) -> Argument | None:
    language = here.unit.language
    if (variable := variable_of(here, expr)) is not None:
        return Argument(variable=variable)
    if isinstance(expr, Index) and path_of(expr.of) == (OPTION_CASE,):
        return Argument(names=names_of_case(expr))
    if language == "shell":
        return of_shell(here, expr, place)
    if language == "powershell":
        return of_powershell(here, expr, place)
    if language == "visualbasic":
        return of_visualbasic(here, expr, place)
    if language == "perl":
        return of_perl(here, expr, place)
    if (position := position_in(here, expr, place)) is not None:
        return Argument(position) if position >= 0 else None
    if isinstance(expr, Name):
        return of_name(here, expr, place)
    return of_option(here, expr, place)


def variable_of(here: Definitions, expr: Expr) -> str | None:
    """`os.environ["X"]`, `getenv("X")`, and `$X` of shell."""
    if isinstance(expr, Call):
        keys = lookup_keys(expr) if is_environment(expr) else ()
        return keys[0] if len(keys) == 1 else None
    path = path_of(expr)
    if len(path) > 1 and path[:-1] in ENVIRONMENT:
        return path[-1]
    is_shell = here.unit.language == "shell" and len(path) == 1
    return path[0] if is_shell and path[0].isupper() and path not in here.by_path else None


def names_of_case(expr: Index) -> tuple[str, ...]:
    told = expr.key.text if isinstance(expr.key, Text) else ""
    names = [one.strip().removesuffix("*").removesuffix("=").lstrip("-") for one in told.split("|")]
    return tuple(name for name in names if name)


def of_shell(here: Definitions, expr: Expr, place: Place) -> Argument | None:
    if not isinstance(expr, Name) or not expr.name.isdigit() or expr.name == "0":
        return None
    if here.owner_of(expr.name, place) is not None:
        return None
    shifts = [
        one
        for one in here.calls.get("shift", [])
        if one.place.scope == place.scope
        and one.place.order < place.order
        and one.place.branch == place.branch[: len(one.place.branch)]
    ]
    moved = sum(shift_of(one.call) for one in shifts)
    return Argument(int(expr.name) - 1 + moved)


def shift_of(call: Call) -> int:
    first = call.args[0] if call.args else None
    return int(first.text) if isinstance(first, Text) and first.text.isdigit() else 1


def of_powershell(here: Definitions, expr: Expr, place: Place) -> Argument | None:
    path = path_of(expr)
    if len(path) == 2 and path[0] == "args" and path[1].isdigit() and not place.scope:
        return Argument(int(path[1]))
    script = here.by_scope.get(())
    if len(path) != 1 or script is None or here.owner_of(path[0], place) != ():
        return None
    return of_parameter(here, script, path[0], place)


def of_parameter(here: Definitions, of: Function, name: str, place: Place) -> Argument | None:
    """A parameter that nothing but its default is assigned to before."""
    defaults = [default for one, default in of.parameters if one == name]
    if not defaults:
        return None
    if any(one.value not in defaults for one in here.assigned((name,), place)):
        return None
    switches = [one for one, default in of.parameters if is_switch(default)]
    plain = [one for one, _ in of.parameters if one not in switches]
    position = plain.index(name) if name in plain else -1
    return Argument(position, (name,), is_plain=True, valued=frozenset(plain))


def of_visualbasic(here: Definitions, expr: Expr, place: Place) -> Argument | None:
    if not isinstance(expr, Call) or len(expr.args) != 1 or not isinstance(expr.args[0], Text):
        return None
    owner = [*path_of(expr.receiver), expr.method]
    owner = owner[:-1] if owner[-1] == "item" else owner
    for assign in here.assigned((owner[0],), place) if owner else ():
        owner = [*path_of(assign.value), *owner[1:]]
        break
    key = expr.args[0].text
    if owner[-1:] == ["named"] and "arguments" in owner:
        return Argument(names=(key.lower(),))
    is_list = owner[-1:] == ["arguments"] or owner[-2:] == ["arguments", "unnamed"]
    return Argument(int(key)) if is_list and key.isdigit() else None


def of_perl(here: Definitions, expr: Expr, place: Place) -> Argument | None:
    match expr:
        case Other(parts=(Name(name="ARGV"), Text(text=number))) if number.isdigit():
            return Argument(int(number))
        case Index(of=Text(text="@ARGV"), key=Text(text=number)) if number.isdigit():
            return Argument(int(number))
        case Call(method="shift") if not place.scope:
            at = [one.call for one in here.calls["shift"] if not one.place.scope]
            return Argument(next((n for n, one in enumerate(at) if one is expr), 0))
        case Name(name=name):
            for placed in here.calls.get("getoptions", []):
                for told, target in placed.call.named:
                    if target == Name(name, target.line):
                        spelled = re.split(r"[=:!+]", told)[0].split("|")
                        return Argument(names=tuple(spelled))
    return None


ARGV = {("sys", "argv"): 1, ("argv",): 1, ("process", "argv"): 2, ("os", "Args"): 1,
        ("_SERVER", "argv"): 1, ("$args",): 0}  # fmt: skip
"""Lists of the words, with how many stand before the first argument."""


def position_in(here: Definitions, expr: Expr, place: Place) -> int | None:
    """The position of `sys.argv[1]`, of `args[0]` where `args = sys.argv[1:]`."""
    if not isinstance(expr, Index) or not isinstance(expr.key, Text) or not expr.key.text.isdigit():
        return None
    start = start_of(here, expr.of, place, 0)
    return None if start is None else int(expr.key.text) + start


def start_of(here: Definitions, expr: Expr, place: Place, depth: int) -> int | None:
    """How far a list of the words begins after the first argument."""
    path = path_of(expr)
    language = here.unit.language
    if path in ARGV and not (path == ("argv",) and language == "javascript"):
        return -ARGV[path]
    if language in ("csharp", "java") and len(path) == 1 and is_main(here, path[0], place):
        return 0
    inner: Expr | None = None
    first: Expr | None = None
    match expr:
        case Index(of=of, key=Other(parts=parts)) if parts:
            inner, first = of, parts[0]
        case Call(method="slice" | "array_slice", receiver=of, args=args) if args:
            inner, first = of or args[0], args[0] if of is not None else args[-1]
    if inner is not None and isinstance(first, Text) and first.text.isdigit():
        start = start_of(here, inner, place, depth + 1)
        return None if start is None else start + int(first.text)
    if path and depth < 4:
        for assign in here.assigned(path, place)[:1]:
            return start_of(here, assign.value, assign.place, depth + 1)
    return None


def is_main(here: Definitions, name: str, place: Place) -> bool:
    """Whether a name is the words that a compiled program is started with."""
    owner = here.owner_of(name, place)
    if owner is None:
        return name == "args" and here.unit.language == "csharp"
    return here.by_scope[owner].name.lower() == "main"


def of_name(here: Definitions, expr: Name, place: Place) -> Argument | None:
    """A parameter that click or typer fills; a variable that `flag` fills."""
    owner = here.owner_of(expr.name, place)
    if owner is not None and here.unit.language == "python":
        for names, position in declared(here):
            if expr.name in (dashless(name) for name in names) and not is_called(here, owner):
                return with_names(here, names, position)
        if "typer" in here.unit.text and not here.by_scope[owner].name.startswith("_"):
            return of_parameter(here, here.by_scope[owner], expr.name, place)
    if here.unit.language == "go":
        for placed in here.calls.get("stringvar", []):
            if len(placed.call.args) > 1 and path_of(only(placed.call.args[0])) == (expr.name,):
                told = placed.call.args[1]
                return Argument(names=(told.text,)) if isinstance(told, Text) else None
        for assign in here.assigned((expr.name,), place)[:1]:
            value = assign.value
            if isinstance(value, Call) and path_of(value.receiver) in (("flag",), ("pflag",)):
                first = value.args[0] if value.args else None
                return Argument(names=(first.text,)) if isinstance(first, Text) else None
    return None


def is_called(here: Definitions, owner: Scope) -> bool:
    """Whether the file itself hands a function its arguments."""
    calls = here.calls.get(here.by_scope[owner].name.lower(), [])
    return any(placed.call.args or placed.call.named for placed in calls)


def only(expr: Expr) -> Expr:
    return expr.parts[0] if isinstance(expr, Other) and len(expr.parts) == 1 else expr


def of_option(here: Definitions, expr: Expr, place: Place) -> Argument | None:
    """`args.user`, `options["user"]`, where what is before the key are the options."""
    if isinstance(expr, Member):
        of, key = expr.of, expr.name
    elif isinstance(expr, Index) and isinstance(expr.key, Text):
        of, key = expr.of, expr.key.text
    else:
        return None
    if not is_parsed(here, of, place, 0):
        return None
    for names, position in declared(here):
        if dashless(key) in (dashless(name) for name in names):
            return with_names(here, names, position)
    return Argument(names=(key.lstrip("-"), hyphened(key)))


def hyphened(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", key).lower().replace("_", "-")


def with_names(here: Definitions, names: tuple[str, ...], position: int) -> Argument:
    every = frozenset(
        name.lstrip("-") for told, _ in declared(here) for name in told if name[:1] == "-"
    )
    if position >= 0:
        return Argument(position, is_plain=True, valued=every)
    return Argument(names=tuple(name.lstrip("-") for name in names))


def is_parsed(here: Definitions, of: Expr, place: Place, depth: int) -> bool:
    path = path_of(of)
    if not path:
        return any(
            (isinstance(one, Call) and one.method.lower() in PARSED)
            or (isinstance(one, Member) and one.name == "argv")
            for one in walk(of)[:20]
        )
    if depth > 4:
        return False
    for expr, there in here.handed(path, place):
        if is_parsed(here, expr, there, depth + 1):
            return True
    if path[-1] == "argv" and here.unit.language == "javascript":
        return True
    return any(
        is_parsed(here, assign.value, assign.place, depth + 1)
        for assign in here.assigned(path, place)[:1]
    )


def declared(here: Definitions) -> Iterator[tuple[tuple[str, ...], int]]:
    """(names, position) of the options and arguments that argparse, optparse and click know."""
    position = -1
    for placed in here.unit.calls:
        call = placed.call
        method = call.method.lower()
        if method not in ("add_argument", "add_option", "option", "argument"):
            continue
        names = [one.text for arg in call.args for one in [arg] if isinstance(one, Text)]
        names = [one for name in names for one in re.split(r"[\s,]+", name) if one]
        names = [name for name in names if not name.startswith("<")]
        given = call.arg(-1, "dest")
        is_flag = call.arg(-1, "action", "is_flag") is not None
        if names and not names[0].startswith("-") and method != "option":
            position += 1
            yield tuple(names[:1]), position
        elif names and not is_flag:
            names = [name if name[:1] == "-" else "--" + name for name in names]
            yield (*names, given.text) if isinstance(given, Text) else tuple(names), -1


def dashless(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower().lstrip("-").replace("-", "_")
