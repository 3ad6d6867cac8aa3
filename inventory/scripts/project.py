"""The files of a tree together: what a name means that is written in another file nearby."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from inventory.scripts.entries import Entry
from inventory.scripts.formats.key_lines import from_env
from inventory.scripts.forms import Assign, Expr, Place, Table, Unit
from inventory.scripts.languages import frontend_of, parse
from inventory.scripts.placeholders import filled, has_reference, names_in
from inventory.scripts.settings_files import is_example, kind_of, read_entries

HINTS = ("mail", "smtp", "office365", "outlook", "graph.microsoft", "relayhost", "mutt", "swaks",
         "blat", "dsn", "cdo.", "o365")  # fmt: skip
"""A source file with none of these words sends no mail that this can tell."""

MAX_MODULES = 40
"""Files that one file may take constants from."""

CLASSES = ("csharp", "java")
"""Languages whose files go by the name of their class and are not told where others are."""

GENERIC = {"host", "server", "user", "username", "login", "account", "hostname"}
"""Keys that databases and others have too."""

CONFIG_FOLDERS = {
    "config", "conf", "etc", "env", "settings", "resources", "cfg", "inc", "include", "includes",
    "lib", "common", "shared", "defaults", "vars", "group_vars", "host_vars",
}  # fmt: skip


DEEPER_FOLDERS = ("src/main/resources", "group_vars/all")


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


def has_word(low: str, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", low) is not None


class Project:
    def __init__(self, files: list[tuple[str, str]], documents: Sequence[str] = ()) -> None:
        self.files = {path: File(path, text, self) for path, text in files}
        self.by_folder: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            self.by_folder[file.folder].append(file)
        self.by_name: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            self.by_name[file.name].append(file)
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

    def setting(self, unit: Unit, keys: tuple[str, ...], is_env: bool) -> tuple[Entry, File] | None:
        """The nearest setting of this name for a source file; None if none or in doubt."""
        wanted = normal(keys)
        if not wanted:
            return None
        found = []
        for steps, folder in self.nearby_folders(unit.path):
            for entry, file in self.folder(folder).by_word.get(wanted[-1], []):
                rank = matching(entry, wanted, is_env) if file.path != unit.path else 0
                nearness = self.nearness(unit, file, steps) if rank else None
                if nearness is not None:
                    found.append((nearness, -rank, entry, file))
        if not found:
            return None
        best = min((nearness, rank) for nearness, rank, _, _ in found)
        same = [(entry, file) for nearness, rank, entry, file in found if (nearness, rank) == best]
        if len({entry.text for entry, _ in same}) > 1:
            same = same if len({file.path for _, file in same}) == 1 and is_env else []
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
        if file.stem == stem:
            return (1, steps)
        twins = self.folder(file.folder).by_stem[file.stem]
        belongs = any(other is not file and not other.kind for other in twins)
        if belongs:
            return None
        common = file.name.lower() in (".env", "appsettings.json", "application.properties")
        return (2, steps, stage_of(file.name), 0 if common else 1)

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


TRIALS = {"dev", "development", "test", "testing", "staging", "local", "ci", "qa", "uat"}


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


def normal(keys: tuple[str, ...]) -> tuple[str, ...]:
    """`("Smtp:Host",)` as ("smtp", "host")."""
    words: list[str] = []
    for key in keys:
        for word in key.replace("__", ":").replace(".", ":").split(":"):
            plain = word.replace("_", "").replace("-", "").lower().strip("${} ")
            if plain:
                words.append(plain)
    return tuple(words)


def is_about_mail(words: tuple[str, ...]) -> bool:
    return any("smtp" in word or "mail" in word for word in words)


def matching(entry: Entry, wanted: tuple[str, ...], is_env: bool) -> int:
    """How well a setting fits: 0 not at all, else the words from the end that are the same."""
    path = entry.words
    if is_env:
        return (
            1
            if path[-1:] == wanted[-1:] and entry.is_variable and len(wanted) == 1
            else (9 if path[-len(wanted) :] == wanted else 0)
        )
    same = 0
    for one, other in zip(reversed(path), reversed(wanted), strict=False):
        if one != other:
            break
        same += 1
    if same == 0:
        return 0
    if same == 1 and wanted[-1] in GENERIC and len(path) > 1 and not is_about_mail(path):
        return 0
    is_part = same < len(wanted) and same < len(path)
    if is_part and (not is_about_mail(path) or is_about_mail(wanted[:-same])):
        return 0
    return same
