"""Questions that other files answer: settings, constants, whoever runs the program."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from inventory.scripts.definitions import Definitions
from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Member,
    Name,
    Other,
    Place,
    Text,
    Unit,
)
from inventory.scripts.placeholders import has_reference
from inventory.scripts.programs.arguments import argument_of
from inventory.scripts.programs.runs import Run
from inventory.scripts.project import Project
from inventory.scripts.values import UNKNOWN, Value

MAX_DEPTH = 25

MAX_VALUES = 12

MAX_STEPS = 2_000
"""Steps that one question may take."""

MAX_SPENT = 400_000
"""Steps that one file may take."""


class Asking(Definitions):
    """What the others build on: the steps that a question takes, and other files."""

    def __init__(self, unit: Unit, project: Project, run: Run | None = None) -> None:
        super().__init__(unit, project)
        self.run = run
        """Whoever runs this program: what it is told comes before what it says itself."""
        self.steps = self.spent = 0
        self.borrowings: dict[tuple[str, ...], list[Value]] = {}
        self.others: dict[str, Self] = {}

    def worth(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        raise NotImplementedError

    def named(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        raise NotImplementedError

    def of_expression(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        raise NotImplementedError

    def given(self, expr: Expr, place: Place) -> Value | None:
        """What the run of this program says of an argument."""
        if self.run is None or not isinstance(expr, Name | Member | Index | Call | Other):
            return None
        argument = argument_of(self, expr, place)
        told = self.run.value(argument) if argument is not None else None
        return replace(told, line=expr.line) if told is not None else None

    def option(self, path: tuple[str, ...], place: Place, depth: int) -> list[Value]:
        """The default of a command-line option of argparse or click."""
        for placed in (*self.calls.get("add_argument", []), *self.calls.get("option", [])):
            call = placed.call
            if call.args:
                names = [arg.text for arg in call.args if isinstance(arg, Text)]
                given = call.arg(-1, "dest")
                names += [given.text] if isinstance(given, Text) else []
                default = call.arg(-1, "default")
                if default is not None and path[-1] in [
                    name.lstrip("-").replace("-", "_") for name in names
                ]:
                    return self.worth(default, placed.place, depth + 1)
        return []

    def elsewhere(self, path: tuple[str, ...], line: int, depth: int) -> list[Value]:
        """The constant of another source file that this one names."""
        if depth > MAX_DEPTH - 3 or self.steps > MAX_STEPS:
            return []
        if path not in self.borrowings:
            found = self.found_elsewhere(path, depth)
            if not found and self.steps > MAX_STEPS:
                return []
            self.borrowings[path] = found
        return [replace(value, line=line) for value in self.borrowings[path]]

    def found_elsewhere(self, path: tuple[str, ...], depth: int) -> list[Value]:
        for unit in self.project.modules(self.unit):
            for value, place in self.project.constants(unit).of(path):
                found = self.of_unit(unit).worth(value, place, depth + 3)
                if found:
                    return self.borrowed(found, unit)
        return []

    def of_unit(self, unit: Unit) -> Self:
        """The resolver of another file; its steps count as this one's."""
        if unit.path not in self.others:
            self.others[unit.path] = type(self)(unit, self.project)
        other = self.others[unit.path]
        self.steps += 100
        other.steps = self.steps
        return other

    def borrowed(self, found: list[Value], unit: Unit) -> list[Value]:
        """Values of another file, as this one gets them."""
        self.project.used |= {(unit.path, one.line) for one in found}
        source = f"config:{unit.path}"
        return [
            Value(one.text, 0, source if one.source == "literal" else one.source) for one in found
        ]

    def looked_up(
        self,
        keys: tuple[str, ...],
        is_env: bool,
        default: Expr | None,
        line: int,
        place: Place,
        depth: int,
    ) -> list[Value]:
        found = self.project.setting(self.unit, keys, is_env)
        if found is not None:
            entry, file = found
            word = "env" if file.kind == "env" else "config"
            text = UNKNOWN if has_reference(entry.text) else entry.text
            source = f"{word}:{file.path}" if entry.source == "literal" else entry.source
            return [Value(text, line, source)]
        return self.worth(default, place, depth + 1) if default is not None else []
