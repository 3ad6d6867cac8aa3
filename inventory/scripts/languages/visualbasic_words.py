"""The words of Visual Basic, statement by statement."""

from __future__ import annotations

import re

WORD = re.compile(
    r"""\$?"(?:[^"]|"")*"?|'.*|\#[^#\s][^#]*\#|[A-Za-z_]\w*|\[\w+\]|\d[\w.]*|:=|<>|<=|>=|&=|\+=|\S"""
)


class Word(str):
    """A word and its line."""

    __slots__ = ("line",)
    line: int

    @staticmethod
    def at(text: str, line: int) -> Word:
        made = Word(text)
        made.line = line
        return made


def statements(text: str) -> list[list[Word]]:
    """The words of each statement, with continued lines joined and comments gone."""
    found: list[list[Word]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        words = [Word.at(one, number) for one in WORD.findall(line) if not one.startswith("'")]
        if words and words[0].lower() == "rem":
            words = []
        is_continued = bool(words) and words[-1] == "_"
        words = words[:-1] if is_continued else words
        if is_open and found:
            found[-1].extend(words)
        else:
            found += parted(words)
        is_open = is_continued or bool(words and words[-1] in (",", "(", "&", "{", "="))
    return found


def parted(words: list[Word]) -> list[list[Word]]:
    """The statements between colons."""
    found: list[list[Word]] = [[]]
    for word in words:
        if word == ":":
            found.append([])
        else:
            found[-1].append(word)
    return [one for one in found if one]


def plain(raw: str) -> str:
    return raw[1:].removesuffix('"').replace('""', '"')


SCRIPTED = re.compile(r"<%=?(.*?)%>|<script[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)


def scripted(path: str, text: str) -> str:
    """Of a page or a job file the script in it, on the same lines."""
    if not path.lower().endswith((".asp", ".wsf", ".hta")):
        return text
    found, at = [], 0
    for part in SCRIPTED.finditer(text):
        number = 1 if part[1] is not None else 2
        found.append("\n" * text.count("\n", at, part.start(number)))
        found.append(part[number].replace("<![CDATA[", "").replace("]]>", ""))
        at = part.end(number)
    return "".join(found)
