"""The files of a tree together: what a name means that is written in another file nearby."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from inventory.scripts.constants import Constants
from inventory.scripts.entries import Entry
from inventory.scripts.folders import Folder, is_mark, stage_of
from inventory.scripts.forms import Unit
from inventory.scripts.placeholders import filled, has_reference
from inventory.scripts.setting_names import matching, normal
from inventory.scripts.source_files import File, Note, is_note

MAX_MODULES = 40
"""Files that one file may take constants from."""

MAX_SMALL = 1_500
"""Characters of a file that holds little more than a login."""

CLASSES = ("csharp", "java")
"""Languages whose files go by the name of their class and are not told where others are."""

CONFIG_FOLDERS = {
    "config", "conf", "etc", "env", "settings", "resources", "cfg", "inc", "include", "includes",
    "lib", "common", "shared", "defaults", "vars", "group_vars", "host_vars",
}  # fmt: skip

DEEPER_FOLDERS = ("src/main/resources", "group_vars/all")


class Project:
    def __init__(
        self, files: list[tuple[str, str]], documents: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.files = {path: File(path, text, self) for path, text in files}
        self.by_folder: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            self.by_folder[file.folder].append(file)
        for path, text in documents.items():
            if path.endswith(".txt") and is_note(text):
                self.by_folder[path.rpartition("/")[0]].append(Note(path, text, self))
        self.by_name: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            self.by_name[file.name].append(file)
        self.documents = documents
        """Texts that are no source: only what a script reads of them counts."""
        self.by_stem: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            self.by_stem[file.stem].append(file)
        self.programs = {
            path.rpartition("/")[0]
            for path in (*documents, *self.files)
            if is_mark(path.rpartition("/")[2].lower())
        }
        """Folders with what marks the source of a program: its manifest, its own documents."""
        self.folders: dict[str, Folder] = {}
        self.named: dict[tuple[str, str], list[File]] = {}
        """By path and text: a file of command lines has several programs."""
        self.defined: dict[str, Constants] = {}
        self.is_filling = False
        self.referred: dict[tuple[str, str], tuple[str, str] | None] = {}
        self.wrappers: dict[tuple[str, str], list[Any]] = {}
        """What `techniques.wrappers` found, by file."""
        self.senders: set[tuple[str, str, str]] = set()
        """(name, what its file is called, language) of the functions and classes that send for
        others, in lower case."""
        self.logins: dict[tuple[str, int], list[tuple[str, str]]] = {}
        """(account, source) for the findings of wrappers whose callers name the account."""
        self.answered: set[tuple[str, int]] = set()
        """Findings of wrappers whose callers, which have findings of their own, name the server."""
        self.overridden: set[tuple[str, int]] = set()
        """Findings of classes that others set to a server of their own."""
        self.used: set[tuple[str, int]] = set()
        """(path, line) of the settings that code reads, which so are no finding of their own."""

    def is_program(self, path: str) -> bool:
        """Whether a file belongs to the source of a program."""
        parts = path.split("/")[:-1]
        return any("/".join(parts[:length]) in self.programs for length in range(len(parts) + 1))

    def nearby_folders(self, path: str) -> list[tuple[int, str]]:
        """(steps away, folder): its own, its parents', and folders of settings in them."""
        folder, steps, found = path.rpartition("/")[0], 0, []
        while True:
            found.append((steps, folder))
            for name in (*CONFIG_FOLDERS, *DEEPER_FOLDERS, "properties"):
                below = f"{folder}/{name}" if folder else name
                if below in self.by_folder and not path.startswith(below + "/"):
                    found.append((steps, below))
            if not folder:
                return found
            folder, steps = folder.rpartition("/")[0], steps + 1

    def nearby(self, path: str) -> list[tuple[int, File]]:
        """(steps away, file) of those folders."""
        return [
            (steps, file)
            for steps, folder in self.nearby_folders(path)
            for file in self.by_folder.get(folder, [])
            if file.path != path
        ]

    @cached_property
    def mail_settings(self) -> set[str]:
        """The folders with `<mailSettings>`, which .NET takes for a client that is told nothing."""
        return {
            file.folder
            for file in self.files.values()
            if file.kind == "xml" and "mailsettings" in file.text.lower()
        }

    @cached_property
    def mail_profiles(self) -> list[File]:
        """The SQL that sets up Database Mail."""
        return [
            file for file in self.files.values() if "sysmail_add_account_sp" in file.text.lower()
        ]

    def folder(self, path: str) -> Folder:
        if path not in self.folders:
            self.folders[path] = Folder(self.by_folder.get(path, []))
        return self.folders[path]

    def candidates(
        self, unit: Unit, keys: tuple[str, ...], is_env: bool
    ) -> list[tuple[tuple[int, ...], int, Entry, File]]:
        """(how near, how well it fits, setting, file), the less the better."""
        wanted = normal(keys)
        found = []
        for steps, folder in self.nearby_folders(unit.path) if wanted else ():
            for entry, file in self.folder(folder).by_word.get(wanted[-1], []):
                rank = matching(entry, wanted, is_env) if file.path != unit.path else 0
                nearness = self.nearness(unit, file, steps) if rank else None
                if nearness is not None:
                    found.append((nearness, -rank, entry, file))
        return found

    def settings_in_turn(self, unit: Unit, keys: tuple[str, ...]) -> list[tuple[Entry, File]]:
        """What the rows or sections of the nearest file say, for a loop through them."""
        found = self.candidates(unit, keys, False)
        if not found:
            return []
        best = min((nearness, rank) for nearness, rank, _, _ in found)
        same = [(entry, file) for nearness, rank, entry, file in found if (nearness, rank) == best]
        if len({file.path for _, file in same}) > 1:
            return []
        self.used |= {(file.path, entry.line) for entry, file in same}
        by_text = {entry.text: (entry, file) for entry, file in reversed(same)}
        return list(reversed(by_text.values()))

    def picked(
        self, unit: Unit, keys: tuple[str, ...], key: str, text: str
    ) -> tuple[Entry, File] | None:
        """The setting of the one item of a list, or row, whose key has this text."""
        found = self.candidates(unit, keys, False)
        for _, _, entry, file in sorted(found, key=lambda one: one[:2]):
            beside = (*entry.words[:-1], *normal((key,)))
            for other in self.folder(file.folder).by_word.get(beside[-1], []):
                its = other[0]
                is_near = its.items == entry.items if entry.items else its.line == entry.line
                if other[1] is file and is_near and its.words == beside and its.text == text:
                    self.used |= {(one.path, each.line) for _, _, each, one in found}
                    return entry, file
        return None

    def setting(self, unit: Unit, keys: tuple[str, ...], is_env: bool) -> tuple[Entry, File] | None:
        """The nearest setting of this name for a source file; None if none or in doubt."""
        found = self.candidates(unit, keys, is_env)
        if not found:
            return None
        best = min((nearness, rank) for nearness, rank, _, _ in found)
        same = [(entry, file) for nearness, rank, entry, file in found if (nearness, rank) == best]
        if len({entry.text for entry, _ in same}) > 1:
            is_one = len({file.path for _, file in same}) == 1
            same = same if is_one and (is_env or same[0][1].kind == "csv") else []
        for entry, file in same:
            self.used.add((file.path, entry.line))
        if not same:
            return None
        entry, file = same[0]
        variants = [
            (other.path, one.line)
            for _, _, one, other in found
            if other.folder == file.folder and one.words == entry.words and file.kind != "env"
        ]
        self.used.update(variants)
        return self.filled(file, entry), file

    def filled(self, file: File, entry: Entry) -> Entry:
        """The entry with what its references stand for."""
        if not has_reference(entry.text) or self.is_filling:
            return entry
        unit = Unit(file.path, file.kind, "")

        def elsewhere(name: str) -> tuple[str, str] | None:
            key = (file.path, name)
            if key not in self.referred:
                self.referred[key] = self.told(unit, name)
            return self.referred[key]

        return filled(entry, file.names, elsewhere)

    def told(self, unit: Unit, name: str) -> tuple[str, str] | None:
        """(text, source) of what another file says of a reference."""
        self.is_filling = True
        try:
            found = self.setting(unit, (name,), name.isupper())
        finally:
            self.is_filling = False
        if found is None:
            return None
        entry, file = found
        if has_reference(entry.text):
            entry = filled(entry, file.names, lambda name: None)
        if has_reference(entry.text):
            return None
        return entry.text, f"{'env' if file.kind == 'env' else 'config'}:{file.path}"

    def nearness(self, unit: Unit, file: File, steps: int) -> tuple[int, ...] | None:
        """Files named in the source or like it come first; None for another script's own."""
        stem = unit.path.rpartition("/")[2].partition(".")[0].lower()
        if file.name in unit.text:
            return (0, steps)
        if isinstance(file, Note):
            return None
        if file.stem == stem:
            return (1, steps)
        twins = self.folder(file.folder).by_stem[file.stem]
        belongs = any(other is not file and not other.kind for other in twins)
        if belongs:
            return None
        common = file.name.lower() in (".env", "appsettings.json", "application.properties")
        return (2, steps, stage_of(file.name), 0 if common else 1)

    @cached_property
    def small_files(self) -> dict[str, list[tuple[str, str]]]:
        """{name in lower case: (path, text)} of what may be no more than a login."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        texts = {
            path: file.text
            for path, file in self.files.items()
            if not file.kind and not file.language
        }
        for path, text in (*texts.items(), *self.documents.items()):
            if len(text) <= MAX_SMALL:
                found[path.rpartition("/")[2].lower()].append((path, text))
        return found

    def small_file(self, path: str, named: str) -> tuple[str, str] | None:
        """(path, text) of the small file that a script at a path reads by name."""
        wanted = named.strip().strip("'\"").replace("\\", "/")
        files = self.small_files.get(wanted.rpartition("/")[2].lower(), [])
        near = {folder: steps for steps, folder in reversed(self.nearby_folders(path))}
        told = [one for one in files if one[0].rpartition("/")[0] in near and one[0] != path]
        told = told or [one for one in files if one[0].endswith(wanted.lstrip("./"))]
        return min(told, key=lambda one: near.get(one[0].rpartition("/")[0], 99), default=None)

    def file_named(self, path: str, named: str) -> File | None:
        """The file that a script at a path reads by name, the nearest of several."""
        name = re.split(r"[\\/\0]", named.strip().strip("'\""))[-1]
        near = {folder: steps for steps, folder in reversed(self.nearby_folders(path))}
        told = [one for one in self.by_name.get(name, []) if one.folder in near]
        return min(told, key=lambda one: near[one.folder], default=None)

    def constants(self, unit: Unit) -> Constants:
        if unit.path not in self.defined:
            self.defined[unit.path] = Constants(unit)
        return self.defined[unit.path]

    def modules(self, unit: Unit) -> list[Unit]:
        """The sources of `module_files`."""
        return [file.unit for file in self.module_files(unit) if file.unit is not None]

    def module_files(self, unit: Unit) -> list[File]:
        """Source files of the same language that this one names, the nearest first."""
        key = (unit.path, unit.text)
        if key not in self.named:
            words = set(re.split(r"[^\w.-]+", unit.text))
            plain = set(re.split(r"\W+", unit.text.lower()))
            near = [
                file
                for _, path in self.nearby_folders(unit.path)
                for file in self.folder(path).named(plain, words)
            ]
            stem = unit.path.rpartition("/")[2].rpartition(".")[0]
            near += self.by_name.get(f"{stem}.psd1", []) if unit.language == "powershell" else []
            near += [one for name in sorted(words) for one in self.by_name.get(name, [])]
            near += [
                file
                for word in sorted(plain & self.by_stem.keys())
                for file in self.by_stem[word][:MAX_MODULES]
                if unit.language in CLASSES or file.folder.rpartition("/")[2].lower() in plain
            ]
            found = {file.path: file for file in near if file.stem and file.path != unit.path}
            self.named[key] = [
                file
                for file in list(found.values())[:MAX_MODULES]
                if file.language == unit.language
            ]
        return self.named[key]
