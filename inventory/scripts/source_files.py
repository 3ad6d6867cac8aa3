"""One file of a tree: its text, its language or format, what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from inventory.scripts.entries import Entry
from inventory.scripts.formats.key_lines import from_env, from_properties
from inventory.scripts.forms import Unit
from inventory.scripts.languages import frontend_of, parse
from inventory.scripts.placeholders import names_in
from inventory.scripts.settings_files import kind_of, read_entries

if TYPE_CHECKING:
    from inventory.scripts.project import Project


HINTS = ("mail", "smtp", "office365", "outlook", "graph.microsoft", "relayhost", "mutt", "swaks",
         "blat", "dsn", "cdo.", "o365", "mgusermessage")  # fmt: skip
"""A source file with none of these words sends no mail that this can tell."""


@dataclass
class File:
    path: str
    text: str
    project: Project = field(repr=False)

    @cached_property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @cached_property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @cached_property
    def stem(self) -> str:
        """What others call it; `index.js` goes by the name of its folder."""
        own = self.name.lstrip(".").partition(".")[0].lower()
        return self.folder.rpartition("/")[2].lower() if own in ("index", "__init__") else own

    @cached_property
    def kind(self) -> str:
        return kind_of(self.path)

    @cached_property
    def entries(self) -> list[Entry]:
        is_shell = not self.kind and self.unit is not None and self.unit.language == "shell"
        return from_env(self.text) if is_shell else read_entries(self.path, self.text)

    @cached_property
    def names(self) -> dict[str, str]:
        return names_in(self.entries)

    @cached_property
    def speaks_of_mail(self) -> bool:
        low = self.text.lower()
        return any(hint in low for hint in HINTS)

    @cached_property
    def language(self) -> str:
        frontend = frontend_of(self.path, self.text)
        return frontend.name if frontend is not None else ""

    @property
    def runs(self) -> str:
        """The language of what calls the functions of others, be it in a command line."""
        return "powershell" if self.name.lower().endswith((".bat", ".cmd")) else self.language

    @cached_property
    def calls_senders(self) -> bool:
        """Whether it names a function of another file that sends; asked when those are known."""
        language = self.runs
        if not language or not self.project.senders:
            return False
        low = self.text.lower()
        return any(
            other == language and name in low and stem in low and has_word(low, name)
            for name, stem, other in self.project.senders
        )

    @cached_property
    def unit(self) -> Unit | None:
        return parse(self.path, self.text)


class Note(File):
    """A text of `key=value` lines: settings for a script that names it, and nothing by itself."""

    @cached_property
    def kind(self) -> str:
        return "properties"

    @cached_property
    def entries(self) -> list[Entry]:
        return from_properties(self.text)


PAIR = re.compile(r"[\w.-]+\s*=\s*\S.*")


def is_note(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and all(PAIR.fullmatch(one) or one[0] in "#;[" for one in lines)


def has_word(low: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", low) is not None
