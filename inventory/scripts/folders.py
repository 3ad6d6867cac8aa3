"""One folder of a tree: its files by what they are called, its settings by their last word."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

from inventory.scripts.entries import Entry
from inventory.scripts.setting_names import TRIALS
from inventory.scripts.settings_files import is_example
from inventory.scripts.source_files import File

MANIFESTS = {
    "setup.py", "setup.cfg", "pyproject.toml", "package.json", "composer.json", "pom.xml",
    "build.gradle", "go.mod", "gemfile", "cargo.toml", ".gitignore", "makefile", "dockerfile",
}  # fmt: skip


def is_mark(name: str) -> bool:
    return name in MANIFESTS or name.endswith((".md", ".rst", ".adoc", ".sln", ".csproj"))


def stage_of(name: str) -> int:
    """What runs in earnest comes before what is common to all, and that before what tries."""
    words = set(re.split(r"[^a-z]+", name.lower()))
    if words & {"prod", "production", "live"}:
        return 0
    return 2 if words & TRIALS else 1


class Folder:
    """What the files of one folder are called, and their settings by the last word of the key."""

    def __init__(self, files: list[File]) -> None:
        self.files = files
        self.by_stem: dict[str, list[File]] = defaultdict(list)
        self.by_name = {file.name: file for file in files}
        for file in files:
            self.by_stem[file.stem].append(file)

    @cached_property
    def by_word(self) -> dict[str, list[tuple[Entry, File]]]:
        found: dict[str, list[tuple[Entry, File]]] = defaultdict(list)
        for file in self.files:
            if file.kind and not is_example(file.path):
                for entry in file.entries:
                    if entry.words:
                        found[entry.words[-1]].append((entry, file))
        return found

    def named(self, stems: set[str], names: set[str]) -> list[File]:
        found = [self.by_name[name] for name in sorted(names & self.by_name.keys())]
        for stem in sorted(stems & self.by_stem.keys()):
            found += self.by_stem[stem]
        return found
