"""Which variables hold a mail client, and what is done with them."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.scripts.definitions import sees
from inventory.scripts.forms import (
    Call,
    Expr,
    Member,
    Other,
    Place,
    PlacedCall,
    Table,
    chain_root,
    path_of,
    walk,
)
from inventory.scripts.techniques.inside import Inside
from inventory.scripts.techniques.libraries import (
    SETTINGS_OF_CLIENTS,
    spec_of,
)


class Holders(Inside):
    def is_made(self, path: tuple[str, ...], place: Place) -> bool:
        """Whether a client under this name is made in this file."""
        return any(
            isinstance(part, Call) and spec_of(self.resolver, part) is not None
            for assign in self.unit.assigns
            if assign.path[-1].lstrip(".") == path[-1].lstrip(".")
            for part in walk(assign.value)
        )

    def names_of(self, created: PlacedCall) -> list[tuple[tuple[str, ...], Place]]:
        """The variables that hold the client."""
        found = []
        for assign in self.unit.assigns:
            value = assign.value
            holds = value is created.call or chain_root(value) is created.call
            if not holds and isinstance(value, Call | Other):
                root: Expr | None = value
                while isinstance(root, Call):
                    if root is created.call:
                        holds = True
                    root = root.receiver
            if not holds:
                holds = any(one is created.call for one in walk(value)[:60]) and not isinstance(
                    value, Table
                )
            if holds and not (isinstance(value, Call) and created.call in value.args):
                found.append((assign.path, assign.place))
        found += self.returned_to(created, found)
        found += self.parameters_for(created, found)
        found += self.parts_given(found)
        return found + self.parts_of(found)

    def returned_to(
        self, created: PlacedCall, names: list[tuple[tuple[str, ...], Place]]
    ) -> list[tuple[tuple[str, ...], Place]]:
        """The variables that get the client from the function that makes it."""
        held = {path for path, _ in names}
        makers = {
            function.scope
            for function in self.unit.functions
            if function.scope and created.place.scope[: len(function.scope)] == function.scope
            if any(one is created.call or path_of(one) in held for one in function.returns)
        }
        return [
            (assign.path, assign.place)
            for assign in (self.unit.assigns if makers else ())
            if isinstance(assign.value, Call) and not assign.value.is_new
            if any(
                function.scope in makers
                for function in self.resolver.called_with(assign.value, assign.place)
            )
        ]

    def parameters_for(
        self, created: PlacedCall, names: list[tuple[tuple[str, ...], Place]]
    ) -> list[tuple[tuple[str, ...], Place]]:
        """The parameters of functions of this file that the client is handed to."""
        found: list[tuple[tuple[str, ...], Place]] = []
        held = {path for path, _ in names}
        for one in self.unit.calls if held else ():
            call = one.call
            told = [*call.args, *(value for _, value in call.named)]
            told += [call.receiver] if call.receiver is not None else []
            if held.isdisjoint(path_of(arg) for arg in told):
                continue
            for function in self.resolver.functions_of(call):
                for number, (name, _) in enumerate(function.parameters):
                    given = self.resolver.argument_at(call, number, name, function)
                    if given is None and number == len(call.args):
                        given = call.receiver  # Of an extension, as C# has them.
                    path = path_of(given)
                    if path in held and self.is_of(path, one.place, names):
                        found.append(((name,), Place(function.scope, (), 0)))
        return found

    def parts_given(
        self, names: list[tuple[tuple[str, ...], Place]]
    ) -> list[tuple[tuple[str, ...], Place]]:
        """What is made by itself and handed over: `Set msg.Configuration = conf`."""
        held = {path for path, _ in names}
        given = {
            path
            for assign in self.unit.assigns
            if assign.path[:-1] in held and assign.path[-1].lower() in SETTINGS_OF_CLIENTS
            if (path := path_of(assign.value))
        }
        return [(one.path, one.place) for one in self.unit.assigns if one.path in given]

    def parts_of(
        self, names: list[tuple[tuple[str, ...], Place]]
    ) -> list[tuple[tuple[str, ...], Place]]:
        """The variables that hold the settings of the client: `$fields = $msg.….Fields`."""
        held = {path for path, _ in names}
        return [
            (assign.path, assign.place)
            for assign in self.unit.assigns
            if isinstance(assign.value, Member | Call)
            and last_name(assign.value) in SETTINGS_OF_CLIENTS
            and path_of(chain_root(assign.value)) in held
        ]

    def uses(
        self, created: PlacedCall, names: list[tuple[tuple[str, ...], Place]]
    ) -> Iterator[PlacedCall]:
        for one in self.unit.calls:
            owner = one.call.receiver
            if owner is None:
                continue
            paths = (path_of(owner), path_of(chain_root(owner)))
            if is_chained(owner, created.call) or any(
                self.is_of(path, one.place, names) for path in paths if path
            ):
                yield one

    def members(
        self, created: PlacedCall, names: list[tuple[tuple[str, ...], Place]]
    ) -> Iterator[tuple[str, Expr, Place]]:
        for assign in self.unit.assigns:
            for length in range(1, len(assign.path)):
                if self.is_of(assign.path[:length], assign.place, names):
                    yield assign.path[-1], assign.value, assign.place
                    break

    def is_of(
        self, path: tuple[str, ...], place: Place, names: list[tuple[tuple[str, ...], Place]]
    ) -> bool:
        """Whether the variable still holds the client there."""
        for name, made in names:
            bare = name[0].removeprefix(".")
            if path not in (name, ("." + bare, *name[1:]), (bare, *name[1:])):
                continue
            is_before = place.scope == made.scope and place.order < made.order
            is_seen = name[0].startswith(".") or (sees(place, made) and not is_before)
            if is_seen and not self.is_replaced(name, made, place):
                return True
        return False

    def is_replaced(self, name: tuple[str, ...], made: Place, place: Place) -> bool:
        """A later creation under the same name stands between."""
        return any(
            one.path == name
            and one.place.scope == made.scope
            and made.order < one.place.order < place.order
            and any(
                isinstance(part, Call) and spec_of(self.resolver, part) for part in walk(one.value)
            )
            for one in self.unit.assigns
        )


def last_name(expr: Member | Call) -> str:
    return (expr.name if isinstance(expr, Member) else expr.method).lower()


def is_chained(owner: Expr, created: Call) -> bool:
    waiting: Expr | None = owner
    while waiting is not None:
        if waiting is created:
            return True
        match waiting:
            case Call(receiver=receiver):
                waiting = receiver
            case Other(parts=parts) if len(parts) == 1:
                waiting = parts[0]
            case _:
                waiting = getattr(waiting, "of", None)
    return False
