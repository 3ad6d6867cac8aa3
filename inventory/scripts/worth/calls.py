"""What a call gives."""

from __future__ import annotations

import base64
from dataclasses import replace

from inventory.scripts.forms import (
    Call,
    Either,
    Expr,
    Index,
    Member,
    Name,
    Place,
    Text,
    path_of,
)
from inventory.scripts.lookups import (
    is_environment,
    lookup_keys,
    property_key,
    read_keys,
    told_by_command,
)
from inventory.scripts.text_functions import is_type
from inventory.scripts.values import Value
from inventory.scripts.worth.asking import MAX_VALUES
from inventory.scripts.worth.parts import Parts

SAME = {
    "str", "strip", "trim", "tostring", "string", "lower", "tolower", "rstrip", "lstrip",
    "format", "encode", "decode", "unicode", "escapeshellarg", "quote", "valueof", "tolowercase",
    "urlencode", "rawurlencode", "encodeuricomponent", "quote_plus", "uriescape",
    "escapedatastring", "cast", "asstring", "required", "out-string", "uri", "url", "url.parse",
    "mailaddress",
}  # fmt: skip

DECODES = {"frombase64string", "b64decode", "base64_decode", "atob", "decodestring"}

GETS = {"get", "getordefault", "item", "get_item", "fetch", "getstring"}


class Calls(Parts):
    def called(self, call: Call, place: Place, depth: int) -> list[Value]:
        method = call.method.lower()
        if method == "%" and call.receiver is not None:
            return self.formatted((call.receiver,), call.args, call.line, place, depth)
        if method in ("format", "formatted"):
            of = call.receiver
            if of is not None and not is_module(of, call, self.unit.language):
                return self.formatted((of,), call.args, call.line, place, depth, call.named)
            return self.formatted(call.args[:1], call.args[1:], call.line, place, depth)
        if method == "sprintf":
            return self.formatted(call.args[:1], call.args[1:], call.line, place, depth)
        if (made := self.of_texts(call, place, depth)) is not None:
            return made
        if told := self.got(call, place, depth):
            return told
        if method in DECODES and call.args:
            return [
                replace(one, text=plain)
                for one in self.worth(call.args[0], place, depth + 1)
                if (plain := decoded(one.text))
            ]
        if method == "getstring" and call.args and isinstance(call.args[0], Call):
            return self.worth(call.args[0], place, depth + 1)
        if told := self.file_read(call, place, depth):
            return told
        if (inside := in_section(call)) is not None:
            return self.named(inside, place, depth + 1)
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


FORMATTERS = {"util", "messageformat", "fmt", "text"}


def is_module(of: Expr, call: Call, language: str) -> bool:
    """What is no text itself: `String` of `String.format(…)`, `util` of `util.format(…)`."""
    if not isinstance(of, Name):
        return False
    is_written = bool(call.args) and isinstance(call.args[0], Text)
    is_known = language != "python" and is_written and of.name.lower() in FORMATTERS
    return is_type(of) or is_known


def field_of(call: Call) -> Expr | None:
    """`settings.host` of `settings.getHost()`."""
    name = call.method.removeprefix("get")
    if call.args or call.receiver is None or name == call.method or not name[:1].isupper():
        return None
    return Member(call.receiver, name[:1].lower() + name[1:], call.line)


def in_section(call: Call) -> Expr | None:
    """`config[section]["user"]` of `config.get(section, "user")`, the section in a variable."""
    if call.method != "get" or call.receiver is None or len(call.args) < 2:
        return None
    section, key = call.args[:2]
    if not isinstance(section, Name) or not isinstance(key, Text) or "@" in key.text:
        return None
    return Index(Index(call.receiver, section, call.line), key, call.line)


def decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""
