"""What an expression is worth: constants, through variables, parameters and nearby files."""

from __future__ import annotations

import re
from dataclasses import replace

from inventory.scripts.definitions import END, Definitions, sees
from inventory.scripts.forms import (
    Assign,
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
    Table,
    Text,
    Unit,
    path_of,
)
from inventory.scripts.hosts import looks_like_mail_host
from inventory.scripts.lookups import (
    ENVIRONMENT,
    is_environment,
    lookup_keys,
    property_key,
    read_keys,
    told_by_command,
)
from inventory.scripts.placeholders import has_reference
from inventory.scripts.programs.arguments import argument_of
from inventory.scripts.programs.runs import Run
from inventory.scripts.project import TRIALS, Project
from inventory.scripts.text_functions import JOINS, is_type, joined_parts, replacing, splitting
from inventory.scripts.values import UNKNOWN, Value

MAX_DEPTH = 25

MAX_VALUES = 12

MAX_STEPS = 2_000
"""Steps that one question may take."""

MAX_SPENT = 400_000
"""Steps that one file may take."""

SAME = {
    "str", "strip", "trim", "tostring", "string", "lower", "tolower", "rstrip", "lstrip",
    "format", "encode", "decode", "unicode", "escapeshellarg", "quote", "valueof", "tolowercase",
    "urlencode", "rawurlencode", "encodeuricomponent", "quote_plus", "uriescape",
    "escapedatastring", "cast", "asstring", "required", "out-string", "uri", "url", "url.parse",
    "mailaddress",
}  # fmt: skip


class Resolver(Definitions):
    def __init__(self, unit: Unit, project: Project, run: Run | None = None) -> None:
        super().__init__(unit, project)
        self.run = run
        """Whoever runs this program: what it is told comes before what it says itself."""
        self.steps = self.spent = 0
        self.borrowings: dict[tuple[str, ...], list[Value]] = {}
        self.others: dict[str, Resolver] = {}

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

    def table(self, expr: Expr | None, place: Place, depth: int = 0) -> Table | None:
        """The table that the expression is or refers to, with what is set in it later."""
        if isinstance(expr, Table):
            return expr
        path = path_of(expr)
        if not path or depth > MAX_DEPTH:
            return None
        base: tuple[tuple[str, Expr], ...] = ()
        line = 0
        assigns = self.assigned(path, place)
        other = self.table_elsewhere(path, expr) if not assigns and expr is not None else None
        if other is not None:
            return other
        for assign in assigns:
            if (made := table_made(assign.value)) is not None:
                base, line = made.items, made.line
                break
            if (
                nested := self.table(assign.value, assign.place, depth + 1)
                if path_of(assign.value)
                else None
            ):
                base, line = nested.items, nested.line
                break
        later = tuple(
            (assign.path[len(path)], assign.value)
            for assign in self.unit.assigns
            if len(assign.path) == len(path) + 1
            and assign.path[: len(path)] == path
            and sees(place, assign.place)
        )
        filled = self.put_into(path, place)
        return Table((*later, *filled, *base), line) if base or later or filled else None

    def put_into(self, path: tuple[str, ...], place: Place) -> tuple[tuple[str, Expr], ...]:
        """What `table.put(key, value)` sets."""
        return tuple(
            (key.text, placed.call.args[1])
            for method in PUTS
            for placed in self.calls.get(method, [])
            if len(placed.call.args) == 2
            and isinstance(key := placed.call.args[0], Text)
            and path_of(placed.call.receiver) == path
            and sees(place, placed.place)
        )

    def table_elsewhere(self, path: tuple[str, ...], expr: Expr) -> Table | None:
        """The table of another source file under this name, each of its values by reference."""
        for unit in self.project.modules(self.unit) if self.owner_of(path[0], END) is None else ():
            for value, _ in self.project.constants(unit).of(path):
                if isinstance(value, Table) and value.items:
                    return mirrored(value, expr)
        return None

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

    def given(self, expr: Expr, place: Place) -> Value | None:
        """What the run of this program says of an argument."""
        if self.run is None or not isinstance(expr, Name | Member | Index | Call | Other):
            return None
        argument = argument_of(self, expr, place)
        return self.run.value(argument) if argument is not None else None

    def joined(self, parts: tuple[Expr, ...], line: int, place: Place, depth: int) -> list[Value]:
        found = [Value("", 0, "")]
        for part in parts:
            options = self.worth(part, place, depth + 1) or [Value(UNKNOWN, 0, "")]
            found = [
                Value(
                    one.text + other.text,
                    one.line or other.line,
                    one.source or other.source,
                    one.is_several or other.is_several,
                )
                for one in found
                for other in options
            ][:MAX_VALUES]
        host_line = self.host_line(parts, place, depth)
        return [replace(value, line=host_line or value.line or line) for value in found]

    def host_line(self, parts: tuple[Expr, ...], place: Place, depth: int) -> int:
        """The line of the part that is a server's name by itself, as in `smtp://$host:587`."""
        for part in parts:
            if isinstance(part, Name | Member | Index):
                for value in self.worth(part, place, depth + 1)[:1]:
                    if looks_like_mail_host(value.text):
                        return value.line
        return 0

    def called(self, call: Call, place: Place, depth: int) -> list[Value]:
        method = call.method.lower()
        if method == "%" and call.receiver is not None:
            return self.formatted((call.receiver,), call.args, call.line, place, depth)
        if method in ("format", "formatted"):
            of = call.receiver
            if of is not None and (not isinstance(of, Name) or not is_type(of)):
                return self.formatted((of,), call.args, call.line, place, depth, call.named)
            return self.formatted(call.args[:1], call.args[1:], call.line, place, depth)
        if method == "sprintf":
            return self.formatted(call.args[:1], call.args[1:], call.line, place, depth)
        if (made := self.of_texts(call, place, depth)) is not None:
            return made
        if told := self.got(call, place, depth):
            return told
        if keys := lookup_keys(call):
            default = call.arg(1, "default")
            if method == "@value" or ":" in (keys[-1] if method == "@value" else ""):
                keys, default = property_key(keys[-1], call.line)
            is_env = is_environment(call)
            return self.looked_up(keys, is_env, default, call.line, place, depth)
        if method in ("orelse", "orelseget") and call.receiver is not None and call.args:
            inside = call.receiver.args[0] if isinstance(call.receiver, Call) else call.receiver
            return self.worth(Either((inside, call.args[0]), call.line), place, depth + 1)
        if self.unit.language == "shell" and (keys := told_by_command(call)):
            return self.looked_up(keys, False, None, call.line, place, depth)
        if method in ("printf", "echo") and self.unit.language == "shell" and call.args:
            args = [one for one in call.args if getattr(one, "text", "")[:1] != "-"]
            return self.formatted(tuple(args[:1]), tuple(args[1:]), call.line, place, depth)
        if method in SAME:
            inner = call.args[0] if call.args else call.receiver
            if method in ("strip", "trim", "lower", "rstrip", "lstrip", "encode", "decode"):
                inner = call.receiver or inner
            return self.worth(inner, place, depth + 1) if inner is not None else []
        for function in self.functions_of(call):
            there = Place((*function.scope,), (), 10**9)
            found = [
                one for value in function.returns for one in self.worth(value, there, depth + 3)
            ]
            if found:
                return found[:MAX_VALUES]
        if keys := read_keys(call):
            return self.looked_up(keys, False, None, call.line, place, depth)
        got = field_of(call)
        if got is None and call.receiver is not None and not call.args and method in self.owners:
            got = Member(call.receiver, call.method, call.line)  # Of a record.
        if got is not None and self.unit.language == "java":
            return self.named(got, place, depth + 1)
        return []

    def of_texts(self, call: Call, place: Place, depth: int) -> list[Value] | None:
        """What functions of texts make of constants; None for any other call."""
        parts = joined_parts(self.with_lists(call, place))
        if parts is not None:
            return self.joined(parts, call.line, place, depth)
        if (told := replacing(call)) is not None:
            old, new = (
                (self.worth(one, place, depth + 1) or [Value(UNKNOWN, 0, "")])[0].text
                for one in told[1:]
            )
            return [
                replace(one, text=one.text.replace(old, new))
                for one in self.worth(told[0], place, depth + 1)
                if old != UNKNOWN
            ]
        return None

    def with_lists(self, call: Call, place: Place) -> Call:
        """The call with the lists that its variables hold."""
        if call.method.lower() not in JOINS:
            return call
        args = tuple(self.sequence(arg, place) or arg for arg in call.args)
        receiver = self.sequence(call.receiver, place) or call.receiver
        return replace(call, args=args, receiver=receiver)

    def sequence(self, expr: Expr | None, place: Place) -> Sequence | None:
        path = path_of(expr)
        for assign in self.assigned(path, place) if path else ():
            if isinstance(assign.value, Sequence):
                return assign.value
        return None

    def got(self, call: Call, place: Place, depth: int) -> list[Value]:
        """`servers.get("host")`, `servers("host")`, of a table in this file."""
        method = call.method.lower()
        key = call.args[0] if call.args else None
        if not isinstance(key, Text) or len(call.args) > 2:
            return []
        of: Expr | None = call.receiver if method in GETS else None
        if call.receiver is None and (method,) in self.by_path:
            of = Name(method, call.line)  # As Visual Basic has it.
        if of is None or not path_of(of):
            return []
        table = self.table(of, place)
        if table is None and self.sequence(of, place) is None:
            return []
        item = table.get(key.text) if table is not None else None
        found = self.worth(item, place, depth + 1) if item is not None else []
        found = found or self.named(Index(of, key, call.line), place, depth + 1)
        if not found and len(call.args) > 1:
            found = self.worth(call.args[1], place, depth + 1)
        return found

    def formatted(
        self,
        pattern: tuple[Expr, ...],
        args: tuple[Expr, ...],
        line: int,
        place: Place,
        depth: int,
        named: tuple[tuple[str, Expr], ...] = (),
    ) -> list[Value]:
        shape = self.worth(pattern[0], place, depth + 1) if pattern else []
        if not shape:
            return []
        fill = [
            (self.worth(arg, place, depth + 1) or [Value(UNKNOWN, line, "")])[0] for arg in args
        ]
        number = -1
        keyed = {
            key: value
            for arg in args
            for key, value in (arg.items if isinstance(arg, Table) else ())
        } | dict(named)

        def one(found: re.Match[str]) -> str:
            nonlocal number
            if (key := found[2] or found[3] or "") in keyed:
                told = self.worth(keyed[key], place, depth + 1)
                return told[0].text if told else UNKNOWN
            number += 1
            index = int(found[1]) if found[1] else number
            return fill[index].text if index < len(fill) else UNKNOWN

        text = re.sub(r"\{(\d*)(\w*)[^{}]*\}|%(?:\((\w+)\))?[sd]", one, shape[0].text)
        return [Value(text, shape[0].line, "literal")]

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

    def descended(
        self, assign: Assign, rest: tuple[str, ...], use: Expr, depth: int
    ) -> list[Value]:
        value = assign.value
        if not isinstance(value, Table) and (made := table_made(value)) is not None:
            value = made
        elif isinstance(value, Call) and value.method.lower() == "convertfrom-stringdata":
            told = self.worth(value.args[0], assign.place, depth + 1) if value.args else []
            value = table_in(told) or value
        for key in rest:
            if (inner := item_of(value, key)) is None:
                break
            value, rest = inner, rest[1:]
        if rest and isinstance(value, Table):
            return self.of_spread(value, rest, assign.place, depth)
        if not rest or (rest in SELVES and isinstance(value, Text | Join | Name)):
            return self.worth(value, assign.place, depth + 1)
        if isinstance(value, Call | Other | Name | Member | Index):
            keys = rest
            if isinstance(value, Call) and (section := lookup_keys(value)):
                keys = (*section, *rest)
            elif isinstance(value, Index) or path_of(value):
                longer: Expr = value
                for key in rest:
                    longer = Index(longer, Text(key, use.line), use.line)
                return self.named(longer, assign.place, depth + 1)
            own = self.of_class(value, rest, depth)
            if any(one.text for one in own):
                return own
            told = self.looked_up(keys, False, None, use.line, assign.place, depth)
            return told or own or self.elsewhere((assign.path[0], *keys), use.line, depth)
        return []

    def of_spread(
        self, table: Table, rest: tuple[str, ...], place: Place, depth: int
    ) -> list[Value]:
        """What a table has from others that it takes in."""
        for key, one in table.items:
            if key == "**":
                longer = one
                for name in rest:
                    longer = Index(longer, Text(name, one.line), one.line)
                if found := self.named(longer, place, depth + 1):
                    return found
        return []

    def of_returned(self, call: Call, rest: tuple[str, ...], depth: int) -> list[Value]:
        """What stands under these keys in the tables that a function of this file returns."""
        found: list[Value] = []
        for function in self.functions_of(call):
            there = Place(function.scope, (), 10**9)
            for returned in function.returns:
                value: Expr | None = self.table(returned, there, depth + 1) or returned
                for key in rest:
                    value = item_of(value, key) if value is not None else None
                if value is not None:
                    found += self.worth(value, there, depth + 3)
        return found[:MAX_VALUES]

    def of_class(self, made: Expr, rest: tuple[str, ...], depth: int) -> list[Value]:
        """A field's own value, of an object of a class in this file."""
        if not isinstance(made, Call):
            return []
        if told := self.of_returned(made, rest, depth):
            return told
        if len(rest) == 1 and (given := self.field_given(made, rest[0])) is not None:
            return self.worth(given, END, depth + 1)
        for one in self.functions_of(made):
            for assign in self.unit.assigns:
                its = (assign.path[0].removeprefix("."), *assign.path[1:])
                if its == rest and assign.place.scope[: len(one.scope)] == one.scope:
                    return self.worth(assign.value, assign.place, depth + 1)
        return []

    def field_given(self, made: Call, name: str) -> Expr | None:
        """What an object is made with for a field, by its name or by the order of its class."""
        if (given := made.arg(-1, name)) is not None:
            return given
        for one in self.functions_of(made):
            names = [parameter for parameter, _ in one.parameters]
            if name in names and names.index(name) < len(made.args):
                return made.args[names.index(name)]
        for assign in self.by_path.get((made.method,), []):
            value = assign.value
            if isinstance(value, Call) and value.method == "namedtuple" and len(value.args) > 1:
                told = value.args[1]
                items = told.items if isinstance(told, Sequence) else (told,)
                words = [word for one in items for word in getattr(one, "text", "").split()]
                names = [word.strip(",") for word in words]
                if name in names and names.index(name) < len(made.args):
                    return made.args[names.index(name)]
        return None

    def of_expression(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        """`load()["smtp"]["host"]`, `Configuration.GetSection("Smtp")["Host"]`, `{…}[key]`."""
        if (
            isinstance(expr, Index)
            and not isinstance(expr.key, Text)
            and (table := self.table(expr.of, place, depth + 1)) is not None
        ):
            return self.in_turn(options_of(table), place, depth)
        if isinstance(expr, Index) and not isinstance(expr.key, Text):
            in_turn = self.items_of(expr.of, place)
            if in_turn:
                return self.in_turn(in_turn, place, depth)
        if isinstance(expr, Index) and isinstance(expr.key, Text):
            options = expr.of.parts if isinstance(expr.of, Either) else (expr.of,)
            items = [item for one in options if (item := item_of(one, expr.key.text)) is not None]
            if items:
                return self.worth(Either(tuple(items), expr.line), place, depth + 1)
        if told := self.piece(expr, place, depth):
            return told
        keys: list[str] = []
        line = expr.line
        while isinstance(expr, Member | Index):
            if isinstance(expr, Index):
                key = (self.worth(expr.key, place, depth + 1) or [Value("", 0, "")])[0].text
            else:
                key = expr.name
            if not key or UNKNOWN in key:
                return self.any_of(expr.of, tuple(keys), line, place, depth)
            keys.insert(0, key)
            expr = expr.of
        if isinstance(expr, Name) and keys:
            told = self.by_keys(expr, keys, place, depth)
            if told:
                return told
        if isinstance(expr, Call):
            keys = [*lookup_keys(expr), *keys]
        if not keys:
            return []
        return self.looked_up(tuple(keys), False, None, line, place, depth) or self.elsewhere(
            ("", *keys), line, depth
        )

    def piece(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        """`text.split(":")[0]`, and what a function returns in that place."""
        if not isinstance(expr, Index) or not isinstance(expr.key, Text):
            return []
        if not expr.key.text.isdigit():
            return []
        number = int(expr.key.text)
        if (told := splitting(expr.of)) is not None:
            separators = self.worth(told[1], place, depth + 1)
            found = []
            for one in self.worth(told[0], place, depth + 1):
                pieces = one.text.split(separators[0].text) if separators else []
                found += [replace(one, text=pieces[number])] if number < len(pieces) else []
            return found
        return self.of_returned(expr.of, (str(number),), depth) if isinstance(expr.of, Call) else []

    def in_turn(self, options: tuple[Expr, ...], place: Place, depth: int) -> list[Value]:
        """What each of the items is worth."""
        found: list[Value] = []
        for one in options[:MAX_VALUES]:
            told = self.worth(one, place, depth + 3)[:1]
            found += [replace(value, is_several=True) for value in told if value not in found]
        return found[:MAX_VALUES]

    def items_of(self, of: Expr, place: Place) -> tuple[Expr, ...]:
        """The items that a loop goes through."""
        told = of if isinstance(of, Sequence) else self.sequence(of, place)
        if told is not None:
            return told.items
        if isinstance(of, Call) and of.method.lower() == "values" and not of.args:
            table = self.table(of.receiver, place)
            return options_of(table) if table is not None else ()
        return ()

    def any_of(
        self, of: Expr, rest: tuple[str, ...], line: int, place: Place, depth: int
    ) -> list[Value]:
        """What stands under these keys, whichever item of a table or a list it is."""
        table = self.table(of, place, depth + 1)
        options = options_of(table) if table is not None else self.items_of(of, place)
        if isinstance(of, Call) and of.method == "items" and rest:
            table = self.table(of.receiver, place, depth + 1)
            options = options_of(table) if table is not None else ()
            if rest[0] == "0" and table is not None:
                return [Value(key, value.line, "literal", True) for key, value in table.items][
                    :MAX_VALUES
                ]
            rest = rest[1:]
        if isinstance(of, Call) and of.method == "enumerate" and of.args and rest:
            return self.any_of(of.args[0], rest[1:], line, place, depth + 1)
        found: list[Value] = []
        for value in options[:MAX_VALUES]:
            told = self.descended(Assign(("",), value, place), rest, value, depth + 3)
            found += [replace(one, is_several=True) for one in told if one not in found]
        if not found and rest:
            return self.looked_up(rest, False, None, line, place, depth)
        return found[:MAX_VALUES]

    def by_keys(self, of: Name, keys: list[str], place: Place, depth: int) -> list[Value]:
        """`SERVERS[kind][0]`, its keys known by now."""
        expr: Expr = of
        for key in keys:
            expr = Index(expr, Text(key, of.line), of.line)
        return self.named(expr, place, depth + 1)

    def parameter(self, path: tuple[str, ...], place: Place, depth: int) -> list[Value]:
        """What the calls in this file hand to a parameter, else its default."""
        found: list[Value] = []
        handed = self.handed(path, place)
        callers = [there for _, there in handed if there is not place]  # The default is no caller.
        for expr, there in handed:
            told = self.worth(expr, there, depth + 3)
            if there is not place and len(callers) > 1:
                told = [replace(one, is_several=True) for one in told[:1]] + told[1:]
            found += [one for one in told if one not in found]
        return found[:MAX_VALUES]

    def part_of(self, path: tuple[str, ...], use: Expr, place: Place, depth: int) -> list[Value]:
        """`options.host`, where the calls hand over a table or an object of a class here."""
        if len(path) < 2:
            return []
        found: list[Value] = []
        for expr, there in self.handed(path[:1], place):
            told: Expr = self.table(expr, there) or expr
            assign = Assign(path[:1], told, there)
            for one in self.descended(assign, path[1:], use, depth + 3):
                found += [one] if one not in found else []
        return found[:MAX_VALUES]

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

    def of_unit(self, unit: Unit) -> Resolver:
        """The resolver of another file; its steps count as this one's."""
        if unit.path not in self.others:
            self.others[unit.path] = Resolver(unit, self.project)
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


GETS = {"get", "getordefault", "item", "get_item", "fetch", "getstring"}
PUTS = ("put", "add", "set", "putifabsent", "setitem")
SELVES = (("address",), ("value",), ("trim",), ("tolower",), ("tostring",))
"""Members that hold the text itself, of an address or an enumeration."""
CALLED_BY_NAME = ("visualbasic", "perl")
"""Languages whose functions need no parentheses."""

MAKERS = {"of", "map", "freeze", "entries", "ofentries", "seal"}


def table_made(expr: Expr) -> Table | None:
    """The table that an expression is, or makes: `Map.of(k, v)`, `Object.freeze({…})`, an object
    made with names."""
    if isinstance(expr, Table):
        return expr
    if not isinstance(expr, Call):
        return None
    if expr.named and expr.is_new:
        return Table(expr.named, expr.line)
    if expr.method.lower() == "simplenamespace":
        return Table(expr.named, expr.line)
    if expr.method.lower() not in MAKERS:
        return None
    if len(expr.args) == 1 and isinstance(expr.args[0], Table):
        return expr.args[0]
    pairs = [pair for arg in expr.args for pair in pairs_of(arg)]
    texts = zip(expr.args[::2], expr.args[1::2], strict=False)
    pairs += [(key.text, value) for key, value in texts if isinstance(key, Text)]
    return Table(tuple(pairs), expr.line) if pairs else None


def options_of(table: Table) -> tuple[Expr, ...]:
    """The values of a table whose key is not known; those for trials come in last resort."""
    earnest = [
        value for key, value in table.items if not set(re.findall(r"[a-z]+", key.lower())) & TRIALS
    ]
    return tuple(earnest or [value for _, value in table.items])


def table_in(values: list[Value]) -> Table | None:
    """The lines of a text as a table."""
    lines = [line.partition("=") for one in values[:1] for line in one.text.splitlines()]
    at = values[0].line if values else 0
    pairs = [(key.strip().lower(), Text(value.strip(), at)) for key, sign, value in lines if sign]
    return Table(tuple(pairs), at) if pairs else None


def pairs_of(expr: Expr) -> list[tuple[str, Expr]]:
    """`[["key", value], …]` and `Map.entry(key, value)`."""
    found: list[tuple[str, Expr]] = []
    for one in expr.items if isinstance(expr, Sequence) else (expr,):
        items = one.items if isinstance(one, Sequence) else ()
        items = one.args if isinstance(one, Call) and one.method == "entry" else items
        if len(items) == 2 and isinstance(items[0], Text):
            found.append((items[0].text, items[1]))
    return found


def field_of(call: Call) -> Expr | None:
    """`settings.host` of `settings.getHost()`."""
    name = call.method.removeprefix("get")
    if call.args or call.receiver is None or name == call.method or not name[:1].isupper():
        return None
    return Member(call.receiver, name[:1].lower() + name[1:], call.line)


def mirrored(table: Table, of: Expr) -> Table:
    """The table with references to its values in place of them."""
    items = []
    for key, value in table.items:
        one = Index(of, Text(key, of.line), of.line)
        items.append((key, mirrored(value, one) if isinstance(value, Table) else one))
    return Table(tuple(items), of.line)


def item_of(value: Expr, key: str) -> Expr | None:
    """What a table or a list holds under a key."""
    if isinstance(value, Table):
        return value.get(key)
    if isinstance(value, Sequence) and key.isdigit() and int(key) < len(value.items):
        return value.items[int(key)]
    return None
