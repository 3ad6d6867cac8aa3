"""What one source file defines: its variables, functions, parameters, and who calls them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from inventory.scripts.forms import (
    Assign,
    Call,
    Expr,
    Function,
    Name,
    Other,
    Place,
    PlacedCall,
    Scope,
    Text,
    Unit,
    path_of,
)
from inventory.scripts.project import Project

MAX_CALLERS = 50


class Definitions:
    def __init__(self, unit: Unit, project: Project) -> None:
        self.unit, self.project = unit, project
        self.by_path: dict[tuple[str, ...], list[Assign]] = {}
        for assign in unit.assigns:
            self.by_path.setdefault(assign.path, []).append(assign)
        self.owners: dict[str, list[Scope]] = {}
        for function in unit.functions:
            for name, _ in function.parameters:
                self.owners.setdefault(name, []).append(function.scope)
        self.by_scope = {function.scope: function for function in unit.functions}
        self.calls: dict[str, list[PlacedCall]] = {}
        for placed in unit.calls:
            self.calls.setdefault(placed.call.method.lower(), []).append(placed)
            if placed.call.method == "partial" and (path := path_of(first_of(placed.call))):
                rest = replace(placed.call, method=path[-1], args=placed.call.args[1:])
                self.calls.setdefault(path[-1].lower(), []).append(replace(placed, call=rest))
            if name := script_of(placed.call):
                self.calls.setdefault(name, []).append(placed)
            for name, call in self.above(placed):
                self.calls.setdefault(name.lower(), []).append(replace(placed, call=call))
        self.functions: dict[str, list[Function]] = {}
        for function in unit.functions:
            self.functions.setdefault(function.name, []).append(function)

    def above(self, placed: PlacedCall) -> Iterator[tuple[str, Call]]:
        """The classes whose constructors a call like `super(host, user)` or `cls(host)` calls."""
        call, place = placed.call, placed.place
        owner = call.receiver
        if call.method in ("this", "self", "static", "cls") and owner_is_class(call):
            if (made := self.by_scope.get(place.scope[:-1])) is not None and made.scope:
                yield made.name, call  # Another of its own class.
            return
        if call.method == "__init__" and (path := path_of(owner)) and call.args:
            yield path[-1], replace(call, args=call.args[1:])
            return
        is_super = call.method in ("super", "base") or (
            call.method == "__init__" and isinstance(owner, Call) and owner.method == "super"
        )
        is_parent = call.method == "__construct" and not isinstance(owner, Call)
        if not (is_super or is_parent):
            return
        for scope in reversed(prefixes(place.scope)):
            if (around := self.by_scope.get(scope)) is not None and around.extends:
                yield from ((name, call) for name in around.extends)
                return

    def functions_of(self, call: Call) -> list[Function]:
        is_any_case = self.unit.language in ("powershell", "visualbasic")
        return self.functions.get(call.method.lower() if is_any_case else call.method, [])

    def assigned(self, path: tuple[str, ...], place: Place) -> list[Assign]:
        """The assignments that may hold at a place, the likeliest first."""
        found = self.by_path.get(path, [])
        if owner := self.owner_of(path[0], place):
            return last_before(
                [one for one in found if one.place.scope[: len(owner)] == owner], place
            )
        if not found and path[0].startswith("."):
            found = self.by_path.get((path[0][1:], *path[1:]), [])
        if not found and len(path) == 1:
            found = self.by_path.get(("." + path[0],), [])
            if found:
                path = ("." + path[0],)
        seen = [one for one in found if path[0].startswith(".") or sees(place, one.place)]
        is_class = path[0][:1].isupper() or path[0] in self.functions
        is_class = is_class and (path[0],) not in self.by_path
        if not seen and len(path) > 1 and is_class:
            static = ("." + path[1], *path[2:])  # A constant of a class in this file.
            seen = self.by_path.get(path[1:], []) or self.by_path.get(static, [])
        if not seen and self.unit.language in ("csharp", "java", "visualbasic"):
            around = place.scope[:-1]  # A field that another method of the class sets.
            seen = [one for one in found if around and one.place.scope[: len(around)] == around]
            seen = seen or self.of_subclasses(found, place)
        if not seen and self.unit.language == "shell":
            seen = found  # What a function sets, all see.
        if self.unit.language == "python" and len(path) == 1 and path[0] in self.global_names:
            seen = [one for one in found if not is_none(one.value)] or seen
        if not seen:
            return []
        inner = max(len(one.place.scope) for one in seen)
        seen = [one for one in seen if len(one.place.scope) == inner]
        chosen = last_before(seen, place) or seen[-1:]
        if self.unit.language in ("csharp", "java") and len(path) == 1:
            chosen = [*self.set_by_methods(found, chosen), *chosen]
        if path[0].startswith("."):
            chosen = [*self.of_subclasses(seen, place), *chosen]
        return chosen

    def set_by_methods(self, found: list[Assign], chosen: list[Assign]) -> list[Assign]:
        """What methods set a field to that has a default: `Builder Host(string value)`."""
        above = chosen[0].place.scope
        around = self.by_scope.get(above)
        if around is None or any(one.place.scope != above for one in chosen):
            return []
        return [
            one
            for one in found
            if len(one.place.scope) > len(above)
            and one.place.scope[: len(above)] == above
            and (given := path_of(one.value))
            and self.owner_of(given[0], one.place) == one.place.scope
        ]

    @cached_property
    def global_names(self) -> set[str]:
        """Names that functions of Python set for the whole file."""
        told = re.findall(r"^\s+global\s+(.+)$", self.unit.text, re.MULTILINE)
        return {name.strip() for names in told for name in names.split(",")}

    def of_subclasses(self, seen: list[Assign], place: Place) -> list[Assign]:
        """What classes of this file that extend the one around a place set its fields to."""
        around = [one.name for scope in prefixes(place.scope) if (one := self.by_scope.get(scope))]
        return [
            one
            for one in seen
            if any(
                (above := self.by_scope.get(scope)) is not None
                and any(name in around for name in above.extends)
                for scope in prefixes(one.place.scope)
            )
        ]

    def owner_of(self, name: str, place: Place) -> Scope | None:
        """The function around a place that has a parameter of this name."""
        for scope in reversed(self.owners.get(name, [])):
            if scope == place.scope[: len(scope)]:
                return scope
        return None

    def class_of(self, name: str, place: Place) -> Scope | None:
        """The class around a place whose objects are made with a field of this name."""
        around = [one for one in self.owners.get(name, []) if one == place.scope[: len(one)]]
        return min((one for one in around if 0 < len(one) < len(place.scope)), default=None)

    def handed(self, path: tuple[str, ...], place: Place) -> list[tuple[Expr, Place]]:
        """The arguments, and last the default, that a parameter may be."""
        if len(path) != 1:
            return []
        name = path[0].removeprefix(".")
        owner = self.owner_of(path[0], place) if name == path[0] else self.class_of(name, place)
        if owner is not None:
            function = self.by_scope[owner]
            names = [name for name, _ in function.parameters]
            index = names.index(name)
            found: list[tuple[Expr, Place]] = []
            for placed in self.calls_from_outside(function)[:MAX_CALLERS]:
                arg = self.argument_at(placed.call, index, name, function)
                if arg is not None:
                    found.append((arg, placed.place))
            default = function.parameters[index][1]
            return [*found, (default, place)] if default is not None else found
        return []

    def calls_of_owner(self, path: tuple[str, ...], place: Place) -> list[PlacedCall]:
        """The calls in this file of the function that a parameter belongs to."""
        owner = self.owner_of(path[0], place) if len(path) == 1 else None
        function = self.by_scope[owner] if owner else None
        return self.calls_from_outside(function) if function is not None else []

    def calls_from_outside(self, function: Function) -> list[PlacedCall]:
        """A call of the same name inside it is of a library, as `client.Send(…)` in `Send`."""
        depth = len(function.scope)
        return [
            one
            for one in self.calls.get(self.called_as(function), [])
            if not depth or one.place.scope[:depth] != function.scope
        ]

    def is_always_given(self, path: tuple[str, ...], place: Place) -> bool:
        """Whether all calls give the parameter, so that its default is not used."""
        calls = self.calls_of_owner(path, place)
        given = [one for _, one in self.handed(path, place) if one is not place]
        return 0 < len(calls) <= len(given)

    def is_never_given(self, expr: Expr | None, place: Place) -> bool:
        """An optional parameter, as of a login, that no call in this file gives."""
        path = path_of(expr)
        calls = self.calls_of_owner(path, place) if path else []
        if not any(one.call.args for one in calls) or any(spreads(one.call) for one in calls):
            return False
        if self.by_path.get(path) or self.unit.path.lower().endswith(".psm1"):
            return False
        return all(is_nothing(one) for one, _ in self.handed(path, place))

    def called_with(self, call: Call, place: Place) -> list[Function]:
        """The functions that a call may mean, be they methods of an object of a class here."""
        found = self.functions_of(call)
        if call.receiver is None or call.receiver == Name("this", call.receiver.line):
            return found
        path = path_of(call.receiver)
        made = [one.value for one in self.assigned(path, place)] if path and found else []
        classes = {path[-1].lower()} if path else set()
        classes |= {one.method.lower() for one in made if isinstance(one, Call)}
        above = [(one, self.by_scope.get(one.scope[:-1])) for one in found]
        return [one for one, its in above if its is not None and its.name.lower() in classes]

    def argument_at(
        self, call: Call, position: int, name: str, function: Function | None
    ) -> Expr | None:
        """What a call gives a parameter; PowerShell counts what no name is given to."""
        if self.unit.language != "powershell" or call.is_new or call.receiver is not None:
            return call.arg(position, name)
        if (given := call.arg(-1, name)) is not None:
            return given
        if function is None and call.named:
            return None
        taken = {key for key, _ in call.named}
        if function is not None:
            names = [
                one
                for one, default in function.parameters
                if one not in taken and not is_switch(default)
            ]
            position = names.index(name) if name in names else -1
        values = [id(value) for _, value in call.named]
        words = [
            one
            for one in call.args
            if id(one) not in values and not getattr(one, "text", "").startswith("-")
        ]
        return words[position] if 0 <= position < len(words) else None

    def called_as(self, function: Function) -> str:
        """The name in calls: a constructor's is its class's."""
        owner = self.by_scope.get(function.scope[:-1])
        if owner is not None and function.name in ("__init__", "constructor", "__construct"):
            return owner.name.lower()
        return function.name.lower()


def owner_is_class(call: Call) -> bool:
    """`cls(…)`, `new static(…)`, `this(…)`: no method of an object."""
    return call.receiver is None or call.is_new


def script_of(call: Call) -> str:
    """The file of a script that a command runs, in lower case."""
    low = call.method.lower()
    return re.split(r"[\\/]", low)[-1] if low.endswith(".ps1") else ""


def first_of(call: Call) -> Expr | None:
    return call.args[0] if call.args else None


def is_switch(default: Expr | None) -> bool:
    """A parameter of PowerShell's that takes no value."""
    return isinstance(default, Text) and default.text == "false"


def spreads(call: Call) -> bool:
    """Whether a call hands over a table or list of what is not known here."""
    return any(name in ("@", "**") for name, _ in call.named) or any(
        isinstance(one, Other) for one in call.args
    )


NOTHING = ("None", "null", "nil", "", "undefined")


def is_nothing(expr: Expr) -> bool:
    return isinstance(expr, Text) and expr.text in NOTHING


def is_none(expr: Expr) -> bool:
    return isinstance(expr, Text) and expr.text == "None"


def prefixes(scope: Scope) -> list[Scope]:
    return [scope[:length] for length in range(1, len(scope) + 1)]


def last_before(assigns: list[Assign], place: Place) -> list[Assign]:
    """The last assignment before a place, and those before it that a branch may have left."""
    chosen: list[Assign] = []
    for one in reversed(assigns):
        if one.place.order >= place.order:
            continue
        chosen.append(one)
        if one.place.branch == place.branch[: len(one.place.branch)]:
            break
    return chosen


END = Place((), (), 10**9)
"""After all of a file."""


def sees(place: Place, other: Place) -> bool:
    """Whether a name set at the other place is in scope here."""
    return other.scope == place.scope[: len(other.scope)]
