"""The common form of source code: what every language front-end turns its syntax tree into.

Only what deciding needs: constants, names, calls and assignments, each with its line (1-based).
Comments are gone, order of the source is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PICK = "@pick"
"""What the call is named that gives the item of a list whose key has a value: (key, value)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A constant."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; `this` is the object itself in every language."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`."""

    of: Expr
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`."""

    of: Expr
    key: Expr
    line: int


@dataclass(frozen=True, slots=True)
class Join:
    """Concatenation or interpolation."""

    parts: tuple[Expr, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Either:
    """One of these: a default, a ternary."""

    parts: tuple[Expr, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """`receiver.method(args, named=…)`, `new method(args)`, or a command and its words."""

    method: str
    receiver: Expr | None
    args: tuple[Expr, ...]
    named: tuple[tuple[str, Expr], ...]
    line: int
    is_new: bool = False

    def arg(self, position: int, *names: str) -> Expr | None:
        """The argument of one of these names (any case), or at this position."""
        wanted = {name.lower() for name in names}
        for name, value in self.named:
            if name.lower() in wanted:
                return value
        return self.args[position] if 0 <= position < len(self.args) else None


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary, hash table or object literal."""

    items: tuple[tuple[str, Expr], ...]
    line: int

    def get(self, *names: str) -> Expr | None:
        wanted = {name.lower() for name in names}
        return next((value for name, value in self.items if name.lower() in wanted), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, tuple or array literal."""

    items: tuple[Expr, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else, with the expressions inside it."""

    parts: tuple[Expr, ...]
    line: int


Expr = Text | Name | Member | Index | Join | Either | Call | Table | Sequence | Other

Scope = tuple[int, ...]
"""The functions and classes around a place, from outside in; () is the file."""

Branch = tuple[int, ...]
"""The alternatives (if, else, case, except) around a place, from outside in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement stands; `order` counts statements through the file."""

    scope: Scope
    branch: Branch
    order: int


@dataclass(frozen=True, slots=True)
class Assign:
    path: tuple[str, ...]
    value: Expr
    place: Place


@dataclass(frozen=True, slots=True)
class PlacedCall:
    call: Call
    place: Place


@dataclass(slots=True)
class Function:
    """`scope` is that of its body; `defaults` are the parameters' own values."""

    name: str
    scope: Scope
    parameters: list[tuple[str, Expr | None]] = field(default_factory=list)
    returns: list[Expr] = field(default_factory=list)
    line: int = 0
    extends: tuple[str, ...] = ()
    """The classes above, of a class."""


@dataclass(slots=True)
class Unit:
    """One source file."""

    path: str
    language: str
    text: str
    assigns: list[Assign] = field(default_factory=list)
    calls: list[PlacedCall] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    embedded: list[Embedded] = field(default_factory=list)
    exports: list[Expr] = field(default_factory=list)
    """What other files get from this one."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Text inside a source file that is a file or a program of its own; `line` is its first."""

    text: str
    line: int
    program: str
    target: str
    words: tuple[Expr, ...] = ()
    """What the program is given."""
    place: Place = Place((), (), 10**9)


def path_of(expr: Expr | None) -> tuple[str, ...]:
    """`a.b["c"]` as ("a", "b", "c"), `this.x` as (".x",); () for what is no plain reference."""
    match expr:
        case Name(name=name):
            return (name,)
        case Member(of=Name(name="this"), name=name):
            return ("." + name,)
        case Member(of=of, name=name):
            above = path_of(of)
            return (*above, name) if above else ()
        case Index(of=of, key=Text(text=key)):
            above = path_of(of)
            return (*above, key) if above else ()
    return ()


def parts_of(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside this one."""
    match expr:
        case Member(of=of):
            return (of,)
        case Index(of=of, key=key):
            return (of, key)
        case Join(parts=parts) | Either(parts=parts) | Other(parts=parts):
            return parts
        case Sequence(items=items):
            return items
        case Table(items=pairs):
            return tuple(value for _, value in pairs)
        case Call(receiver=receiver, args=args, named=named):
            first = (receiver,) if receiver is not None else ()
            return (*first, *args, *(value for _, value in named))
    return ()


def walk(expr: Expr) -> list[Expr]:
    """The expression and all inside it, outermost first."""
    found: list[Expr] = []
    waiting = [expr]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(reversed(parts_of(one)))
    return found


def chain_root(expr: Expr | None) -> Expr | None:
    """`x` of `x.a().b().c`."""
    while True:
        match expr:
            case Call(receiver=receiver) if receiver is not None:
                expr = receiver
            case Member(of=of) | Index(of=of):
                expr = of
            case _:
                return expr
