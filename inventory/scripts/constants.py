"""What a source file defines, as others refer to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from inventory.scripts.forms import Assign, Expr, Place, Table, Unit


class Constants:
    """What a source file defines, as other files refer to it."""

    def __init__(self, unit: Unit) -> None:
        self.exports = unit.exports
        self.by_path: dict[tuple[str, ...], list[Assign]] = defaultdict(list)
        for assign in unit.assigns:
            path = assign.path[2:] if assign.path[:2] == ("module", "exports") else assign.path
            path = path[1:] if path[:1] == ("exports",) else path
            path = (path[0].removeprefix("."), *path[1:]) if path else ()
            self.by_path[path].append(assign)

    def of(self, path: tuple[str, ...]) -> Iterator[tuple[Expr, Place]]:
        """What `module.name` or `name` may be: (expression, its place)."""
        for keys in (path[1:], path) if len(path) > 1 else ():
            for table in self.exports:
                value = inside(table, keys)
                if value is not None and not isinstance(value, Table):
                    yield value, Place((), (), 10**9)
        for names in (path, path[1:]) if len(path) > 1 else (path,):
            for length in range(len(names), -1, -1):
                for assign in self.by_path.get(names[:length], []):
                    rest = names[length:]
                    found = inside(assign.value, rest) if rest else assign.value
                    if found is not None:
                        yield found, assign.place


def inside(table: Expr, keys: tuple[str, ...]) -> Expr | None:
    found: Expr | None = table
    for key in keys:
        if not isinstance(found, Table):
            return None
        found = found.get(key)
    return found
