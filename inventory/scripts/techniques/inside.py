"""What stands inside an expression, through the variables in it."""

from __future__ import annotations

from inventory.scripts.forms import (
    Call,
    Expr,
    Place,
    Text,
    path_of,
    walk,
)
from inventory.scripts.resolve import Resolver

MAX_INSIDE = 300


class Inside:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.unit = resolver.unit

    def inside(self, expr: Expr | None, place: Place) -> list[Expr]:
        return [one for one, _ in self.placed_inside(expr, place)]

    def placed_inside(self, expr: Expr | None, place: Place) -> list[tuple[Expr, Place]]:
        """Everything in an expression, through the variables in it, the nearest first, each with
        the place where it stands."""
        found: list[tuple[Expr, Place]] = []
        seen: set[int] = set()
        waiting = [(expr, place)] if expr is not None else []
        while waiting and len(found) < MAX_INSIDE:
            one, there = waiting.pop(0)
            if id(one) in seen:
                continue
            seen.add(id(one))
            for part in walk(one)[:MAX_INSIDE]:
                found.append((part, there))
                if path := path_of(part):
                    assigns = self.resolver.assigned(path, there)
                    waiting += [(assign.value, assign.place) for assign in assigns]
                    waiting += self.resolver.handed(path, there)
                elif isinstance(part, Call):
                    waiting += [
                        (returned, Place(function.scope, (), 10**9))
                        for function in self.resolver.called_with(part, there)
                        for returned in function.returns
                    ]
        return found


def account_of_credential(reader: Inside, value: Expr, place: Place) -> Expr | None:
    """Who a PowerShell credential is for, as far as the script says."""
    for one in reader.inside(value, place):
        if isinstance(one, Call) and one.method.lower() == "get-credential":
            named = dict(one.named)
            found = named.get("username") or named.get("credential")
            words = [arg for arg in one.args if not is_option(arg)]
            return found or (words[0] if words else None)
    return None


def is_option(expr: Expr) -> bool:
    return isinstance(expr, Text) and expr.text.startswith("-")
