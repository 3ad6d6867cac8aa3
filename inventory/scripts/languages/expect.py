"""Expect, by its words: there is no parser of it to be had."""

from __future__ import annotations

import re

from inventory.scripts.forms import Assign, Call, Expr, Name, Place, PlacedCall, Text, Unit
from inventory.scripts.languages.base import ESCAPES, together

COMMAND = re.compile(
    r"(?:^|[;{\[])\s*(set|spawn|send|exp_send|send_user|puts|exec)\s+", re.MULTILINE
)
WORD = re.compile(r"\"(?:\\.|[^\"\\])*\"|\{[^{}]*\}|\[[^\[\]]*\]|[^\s;\]}\"]+|\"")
VARIABLE = re.compile(r"\$\{?((?:::)?\w+)\}?(?:\(\w+\))?|\[([^\[\]]*)\]|\\(.)")
COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)


class ExpectScript:
    """Tcl as scripts for Expect have it, by its words: variables, programs, what they are sent."""

    name = "expect"

    def __init__(self, path: str, text: str) -> None:
        self.unit = Unit(path=path, language=self.name, text=text)
        self.order = 0

    def read(self) -> Unit:
        text = COMMENT.sub("", self.unit.text)
        for command in COMMAND.finditer(text):
            end = text.find("\n", command.end())
            rest = text[command.end() : end if end >= 0 else len(text)]
            self.command(command[1], rest, line_at(text, command.start(1)))
        return self.unit

    def place(self) -> Place:
        self.order += 1
        return Place((), (), self.order)

    def command(self, name: str, rest: str, line: int) -> None:
        words = [self.word(found[0], line) for found in WORD.finditer(rest)]
        if name == "set" and len(words) > 1 and isinstance(words[0], Text):
            self.unit.assigns.append(Assign((words[0].text,), words[1], self.place()))
        elif name in ("spawn", "exec") and words and isinstance(words[0], Text):
            self.call(words[0].text, words[1:], line)
        elif name != "set":
            self.call("send", words, line)

    def call(self, method: str, words: list[Expr], line: int) -> Call:
        made = Call(method, None, tuple(words), (), line)
        self.unit.calls.append(PlacedCall(made, self.place()))
        return made

    def word(self, word: str, line: int) -> Expr:
        if word.startswith("{"):
            return Text(word[1:-1], line)
        if word.startswith('"'):
            word = word[1:-1]
        parts: list[Expr] = []
        at = 0
        for found in VARIABLE.finditer(word):
            if text := word[at : found.start()]:
                parts.append(Text(text, line))
            at = found.end()
            if found[1]:
                parts.append(Name(found[1], line))
            elif found[3]:
                parts.append(Text(ESCAPES.get(found[3], found[3]), line))
            else:
                parts.append(self.given(found[2], line))
        if text := word[at:]:
            parts.append(Text(text, line))
        return parts[0] if len(parts) == 1 else together(parts, line)

    def given(self, text: str, line: int) -> Expr:
        """What a command in brackets gives."""
        words = [self.word(found[0], line) for found in WORD.finditer(text)]
        is_encoding = "base64" in text
        values = [one for one in words if isinstance(one, Name) or "@" in getattr(one, "text", "")]
        if is_encoding and values:
            return self.call("base64_encode", values[:1], line)
        return Call(getattr(words[0], "text", "") if words else "", None, tuple(words), (), line)


def line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
