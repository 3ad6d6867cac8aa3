"""What an expression is worth: constants, through variables, parameters and nearby files."""

from __future__ import annotations

from inventory.scripts.forms import (
    Call,
    Either,
    Expr,
    Index,
    Join,
    Member,
    Name,
    Other,
    Place,
    Sequence,
    Text,
    path_of,
)
from inventory.scripts.lookups import (
    ENVIRONMENT,
    is_environment,
    lookup_keys,
)
from inventory.scripts.values import UNKNOWN, Value
from inventory.scripts.worth.asking import MAX_DEPTH, MAX_SPENT, MAX_STEPS, MAX_VALUES
from inventory.scripts.worth.calls import Calls

CALLED_BY_NAME = ("visualbasic", "perl")
"""Languages whose functions need no parentheses."""


class Resolver(Calls):
    def values(self, expr: Expr | None, place: Place) -> list[Value]:
        """What it may be, likeliest first; empty when nothing is known."""
        if expr is None or self.spent > MAX_SPENT:
            return []
        self.steps = 0
        found = self.worth(expr, place, 0)
        self.spent += self.steps
        return found

    def first(self, expr: Expr | None, place: Place) -> Value | None:
        found = [value for value in self.values(expr, place) if value.is_known]
        return found[0] if found else None

    def lookup_line(self, expr: Expr, place: Place) -> int:
        """Where a name that nothing here explains is looked up in the environment."""
        one, there = expr, place
        for _ in range(8):
            path = path_of(one)
            if path[:-1] in ENVIRONMENT or (isinstance(one, Call) and lookup_keys(one)):
                return one.line
            assigns = self.assigned(path, there) if path else []
            if not assigns:
                break
            one, there = assigns[0].value, assigns[0].place
        return expr.line

    def text(self, expr: Expr | None, place: Place) -> str:
        """The text with UNKNOWN for what is not known."""
        found = self.values(expr, place)
        return found[0].text if found else UNKNOWN

    def worth(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        self.steps += 1
        if depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return []
        if self.run is not None and (told := self.given(expr, place)) is not None:
            return [told]
        match expr:
            case Text(text=text, line=line):
                return [Value(text, line, "literal")]
            case Join(parts=parts, line=line):
                return self.joined(parts, line, place, depth)
            case Either(parts=parts):
                found: list[Value] = []
                for part in parts:
                    if found and self.is_set(parts[0], found):
                        break
                    found += [one for one in self.worth(part, place, depth + 1) if one not in found]
                return found[:MAX_VALUES]
            case Call():
                return self.called(expr, place, depth)
            case Name() | Member() | Index():
                return self.named(expr, place, depth)
            case Sequence(items=items) if len(items) == 1:
                return self.worth(items[0], place, depth + 1)
            case Other(parts=parts) if len(parts) == 1:
                return self.worth(parts[0], place, depth + 1)
        return []

    def is_set(self, expr: Expr, found: list[Value]) -> bool:
        """A variable of the environment that a file sets: the default after it is not used."""
        if not found[0].is_known or not found[0].source.startswith(("env:", "config:")):
            return False
        is_variable = path_of(expr)[:-1] in ENVIRONMENT
        return is_variable or (isinstance(expr, Call) and is_environment(expr))

    def named(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        self.steps += 1
        if depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return []
        path = path_of(expr)
        if not path:
            return self.of_expression(expr, place, depth)
        if path[:-1] in ENVIRONMENT and path not in self.by_path:
            return self.looked_up(path[-1:], True, None, expr.line, place, depth)
        for length in range(len(path), 0, -1):
            found: list[Value] = []
            rest = path[length:]
            assigns = self.assigned(path[:length], place)
            for assign in assigns:
                found += self.descended(assign, rest, expr, depth)
            if found:
                return found[:MAX_VALUES]
            if assigns and not rest:
                return []
        if len(path) == 1 and self.unit.language in CALLED_BY_NAME and path[0] in self.functions:
            bare = Call(path[0], None, (), (), expr.line)
            if found := self.called(bare, place, depth + 1):
                return found
        if found := self.parameter(path, place, depth) or self.part_of(path, expr, place, depth):
            return found
        found = self.option(path, place, depth) or self.elsewhere(path, expr.line, depth)
        if any(one.text for one in found):
            return found
        if len(path) > 1:
            return self.looked_up(path[1:], False, None, expr.line, place, depth) or found
        if self.unit.language == "shell" and path[0].isupper():
            return self.looked_up(path, True, None, expr.line, place, depth)
        return []
