"""One run of a program: the words it is given, and the environment."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from inventory.scripts.programs.arguments import Argument
from inventory.scripts.values import Value


@dataclass(frozen=True)
class Run:
    """`path` is the file of whoever runs it, `line` the line of the command."""

    program: str
    path: str
    line: int
    words: tuple[Value, ...]
    named: dict[str, Value] = field(default_factory=dict)
    """Parameters that a table holds, as PowerShell splats it."""
    variable: Callable[[str], Value | None] = lambda name: None

    def value(self, argument: Argument) -> Value | None:
        """What it is given there; its line counts in the caller's file."""
        found = self.told(argument)
        if found is None or not found.text:
            return None
        source = f"config:{self.path}" if found.source in ("literal", "") else found.source
        return Value(found.text, found.line or self.line, source)

    def told(self, argument: Argument) -> Value | None:
        if argument.variable:
            return self.variable(argument.variable)
        for name in argument.names:
            if (found := self.option(name)) is not None:
                return found
        if argument.position < 0:
            return None
        words = self.plain(argument) if argument.is_plain else self.words
        return words[argument.position] if argument.position < len(words) else None

    def option(self, name: str) -> Value | None:
        if (told := self.named.get(name.lower())) is not None:
            return told
        for index, word in enumerate(self.words):
            spelled = OPTION.match(word.text)
            if spelled is None or not is_called(spelled["name"], name, spelled["sign"]):
                continue
            if spelled["joint"]:
                return Value(spelled["value"].strip("'\""), word.line, word.source)
            if index + 1 < len(self.words):
                return self.words[index + 1]
        for word in self.words:  # -uname
            if len(name) == 1 and word.text.startswith("-" + name) and len(word.text) > 2:
                return Value(word.text[2:], word.line, word.source)
        return None

    def plain(self, argument: Argument) -> tuple[Value, ...]:
        """The words that are neither an option nor the value of one."""
        found, is_value = [], False
        for word in self.words:
            spelled = OPTION.match(word.text)
            if spelled is not None:
                is_value = not spelled["joint"] and any(
                    is_called(spelled["name"], one, spelled["sign"]) for one in argument.valued
                )
            elif not is_value:
                found.append(word)
            else:
                is_value = False
        return tuple(found)


OPTION = re.compile(
    r"(?P<sign>--?|/)(?P<name>[A-Za-z][\w-]*)(?:(?P<joint>[=:])(?P<value>.*))?$", re.DOTALL
)


def is_called(spelled: str, name: str, sign: str) -> bool:
    """PowerShell takes the start of a name, in any case."""
    if spelled.replace("-", "_") == name.replace("-", "_"):
        return True
    return sign != "--" and spelled.lower() == name.lower() and len(name) > 1
