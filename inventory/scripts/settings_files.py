"""Configuration files as flat entries: path of keys, text, line."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from xml.parsers import expat

import yaml

from inventory.scripts.forms import Expr, Other, Sequence, Table, Text

MAX_ENTRIES = 20_000
MAX_DEPTH = 60
KINDS = {
    ".yml": "yaml", ".yaml": "yaml", ".json": "json", ".jsonc": "json", ".json5": "json",
    ".xml": "xml", ".config": "xml", ".env": "env", ".properties": "properties", ".ini": "ini",
    ".cfg": "ini", ".conf": "ini", ".cnf": "ini", ".toml": "ini", ".envrc": "env",
    ".props": "xml", ".tf": "ini", ".tfvars": "ini", ".hcl": "ini",
    ".rb": "ruby", ".service": "ini", ".plist": "xml",
}  # fmt: skip
EXAMPLES = (
    ".example",
    ".sample",
    ".dist",
    ".template",
    ".tmpl",
    ".default",
    ".bak",
    ".orig",
    ".old",
)
TEST_FOLDERS = {"test", "tests", "__tests__", "fixtures", "testdata", "spec", "examples", "docs"}


@dataclass(frozen=True)
class Entry:
    """`is_variable`: its last key is an environment variable's name."""

    path: tuple[str, ...]
    text: str
    line: int
    is_variable: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The keys as `project.normal` has them."""
        words = []
        for key in self.path:
            for word in re.split(r"__|[:.]", key):
                if plain := word.replace("_", "").replace("-", "").lower():
                    words.append(plain)
        return tuple(words)


def kind_of(path: str) -> str:
    """The format by the file's name; "" for what is no configuration."""
    name = path.rpartition("/")[2].lower()
    for end in EXAMPLES:
        name = name.removesuffix(end)
    if name.startswith(".env") or name.endswith(".env") or name == "env":
        return "env"
    if name.startswith("dockerfile") or name.endswith(".dockerfile") or name == "containerfile":
        return "docker"
    if name in (".gitconfig", "gitconfig"):
        return "ini"
    return KINDS.get("." + name.rpartition(".")[2], "") if "." in name else ""


def is_example(path: str) -> bool:
    """Shows how, runs nothing: `.env.example`, a test's fixtures."""
    *folders, name = path.lower().split("/")
    if name.endswith(EXAMPLES) or any(part in EXAMPLE_WORDS for part in name.split(".")):
        return True
    return bool(TEST_FOLDERS & set(folders))


EXAMPLE_WORDS = {"example", "sample", "template", "dist", "tmpl"}


def read_entries(path: str, text: str) -> list[Entry]:
    """What the file says; what cannot be read gives nothing, and never raises."""
    kind = kind_of(path)
    readers = {
        "yaml": from_yaml,
        "json": from_json,
        "xml": from_xml,
        "env": from_env,
        "properties": from_properties,
        "ini": from_ini,
        "ruby": from_ruby,
        "docker": from_docker,
    }
    if kind not in readers:
        return []
    try:
        return readers[kind](text)[:MAX_ENTRIES]
    except RecursionError:
        return []


# -- YAML --------------------------------------------------------------------------------------


def from_yaml(text: str) -> list[Entry]:
    found: list[Entry] = []
    try:
        for document in yaml.compose_all(text, Loader=yaml.SafeLoader):
            flatten_yaml(document, (), found, 0)
    except (yaml.YAMLError, ValueError):
        # Templates of Helm, Ansible and the like are no YAML until they are filled in.
        return found or from_indented(text)
    return found


def flatten_yaml(
    node: yaml.Node | None, path: tuple[str, ...], found: list[Entry], depth: int
) -> None:
    if node is None or depth > MAX_DEPTH or len(found) >= MAX_ENTRIES:
        return
    if isinstance(node, yaml.MappingNode):
        pairs = [(one.value, other) for one, other in node.value if isinstance(one.value, str)]
        named = dict(pairs)
        if name := named_variable(named):
            value = named.get("value")
            text = str(value.value) if isinstance(value, yaml.ScalarNode) else ""
            line = (value or node).start_mark.line + 1
            found.append(Entry((*path, name), text, line, True))
            return
        for key, value in pairs:
            flatten_yaml(value, (*path, key), found, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            flatten_yaml(item, path, found, depth + 1)
    else:
        scalar(str(node.value), path, node.start_mark.line + 1, found)


def scalar(text: str, path: tuple[str, ...], line: int, found: list[Entry]) -> None:
    """A value; `KEY=value` in a list of environment variables is an entry of its own."""
    name, sign, value = text.partition("=")
    is_listed = bool(path) and path[-1].lower() in ("environment", "env", "args", "variables")
    if is_listed and sign and re.fullmatch(r"\w+", name):
        found.append(Entry((*path, name), value.strip("'\""), line, True))
        return
    is_variable = bool(path) and re.fullmatch(r"[A-Z][A-Z0-9_]+", path[-1]) is not None
    found.append(Entry(path, text, line, is_variable))


def named_variable(named: dict[str, yaml.Node]) -> str:
    """NAME of `{name: NAME, value: …}`, as Kubernetes writes variables."""
    name = named.get("name")
    if isinstance(name, yaml.ScalarNode) and ("value" in named or "valueFrom" in named):
        return str(name.value)
    return ""


INDENTED = re.compile(r"^(\s*)(?:-\s+)?([\w.-]+)\s*:\s*(.*)$")


def from_indented(text: str) -> list[Entry]:
    found: list[Entry] = []
    levels = [(-1, "")]
    for number, line in enumerate(text.splitlines(), 1):
        if not (match := INDENTED.match(line)) or line.lstrip().startswith("#"):
            continue
        depth, key, value = len(match[1]), match[2], match[3]
        while levels[-1][0] >= depth:
            levels.pop()
        path = (*(name for _, name in levels[1:]), key)
        value = re.sub(r"\s+#.*", "", value).strip().strip("'\"")
        if value:
            scalar(value, path, number, found)
        levels.append((depth, key))
    return found


# -- JSON, read as JavaScript for its comments, trailing commas and lines ------------------------


def from_json(text: str) -> list[Entry]:
    from inventory.scripts.languages.javascript import JavaScript

    unit = JavaScript("", f"x = {text}").read()
    found: list[Entry] = []
    for assign in unit.assigns[-1:]:
        flatten(assign.value, (), found, 0)
    return found


def flatten(expr: Expr, path: tuple[str, ...], found: list[Entry], depth: int) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_ENTRIES:
        return
    match expr:
        case Text(text=text, line=line):
            scalar(text, path, line, found)
        case Table(items=items):
            pairs = dict(items)
            name, value = pairs.get("name"), pairs.get("value")
            if isinstance(name, Text) and isinstance(value, Text):
                found.append(Entry((*path, name.text), value.text, value.line, True))
                return
            for key, one in items:
                flatten(one, (*path, key), found, depth + 1)
        case Sequence(items=items) | Other(parts=items):
            for one in items:
                flatten(one, path, found, depth + 1)


# -- XML ---------------------------------------------------------------------------------------


class EntitiesRefused(Exception):
    """A document that declares entities is not read."""


class XmlReader:
    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.path: list[str] = []
        self.texts: list[tuple[str, int]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.EntityDeclHandler = self.refuse

    def refuse(self, *_: object) -> None:
        raise EntitiesRefused

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        name = attributes.get("key") or attributes.get("name") or ""
        own = tag.rpartition(":")[2]
        self.path.append(name or own)
        self.texts.append(("", line))
        for key, value in attributes.items():
            if key.lower() == "value":
                self.found.append(Entry(tuple(self.path), value, line))
            elif key not in ("key", "name"):
                self.found.append(Entry((*self.path, key.rpartition(":")[2]), value, line))

    def data(self, text: str) -> None:
        if self.texts and len(self.texts[-1][0]) < 2000:
            before, line = self.texts[-1]
            if not before.strip():
                line = self.parser.CurrentLineNumber
            self.texts[-1] = (before + text, line)

    def end(self, _: str) -> None:
        text, line = self.texts.pop()
        if text.strip():
            self.found.append(Entry(tuple(self.path), text.strip(), line))
        self.path.pop()


def from_xml(text: str) -> list[Entry]:
    reader = XmlReader()
    # Already decoded: what the declaration says of the encoding no longer holds.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", lambda found: "\n" * found[0].count("\n"), text, count=1)
    with suppress(expat.ExpatError, EntitiesRefused):
        reader.parser.Parse(text.encode("utf-8", "replace"), True)
    return reader.found


# -- lines of key and value ----------------------------------------------------------------------


def from_env(text: str) -> list[Entry]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip().removeprefix("export ").strip()
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#") and re.fullmatch(r"[\w.:-]+", name.strip()):
            found.append(Entry((name.strip(),), unquoted(value), number, True))
    known: dict[str, str] = {}
    for index, entry in enumerate(found):
        text = re.sub(r"\$\{(\w+)\}", lambda name: known.get(name[1], name[0]), entry.text)
        found[index] = Entry(entry.path, text, entry.line, True)
        known[entry.path[0]] = text
    return found


def from_docker(text: str) -> list[Entry]:
    """`ENV KEY=value OTHER="value"` and `ENV KEY value`."""
    found, is_env = [], False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            continue
        is_env = is_env or line.upper().startswith("ENV ")
        if is_env:
            pairs = re.findall(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^\s\\]*)", line)
            words = line.split(None, 2)
            if not pairs and len(words) == 3:
                pairs = [(words[1], words[2])]
            found += [Entry((name,), value.strip("\"'"), number, True) for name, value in pairs]
        is_env = is_env and line.endswith("\\")
    return found


def unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] in "\"'" and value[:1]:
        return value[1:].partition(value[0])[0]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def from_properties(text: str) -> list[Entry]:
    found: list[Entry] = []
    known: dict[str, str] = {}
    start, pending = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = pending + raw.strip()
        start = start if pending else number
        if not pending and line[:1] in ("#", "!"):
            continue
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending = line[:-1]
            continue
        pending = ""
        match = re.match(r"((?:\\.|[^=:\s\\])+)\s*[=:\s]\s*(.*)", line)
        if match:
            value = re.sub(r"\$\{([\w.-]+)\}", lambda name: known.get(name[1], name[0]), match[2])
            value = re.sub(r"\\(.)", r"\1", value)
            key = match[1].replace("\\", "")
            known[key] = value
            found.append(Entry(tuple(key.split(".")), value, start))
    return found


def from_ini(text: str) -> list[Entry]:
    found: list[Entry] = []
    section: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            name = line.strip("[]").partition("]")[0]
            section = tuple(part.strip('" ') for part in re.split(r"[.\s]+", name) if part)
            continue
        match = re.match(r"([\w.\- ]+?)\s*[=:]\s*(.*)", line)
        if not match:
            continue
        key, value = match[1], match[2]
        if key == "Environment" and "=" in value:  # A unit of systemd.
            name, _, value = value.strip("\"'").partition("=")
            found.append(Entry((*section, name), value, number, True))
            continue
        value = re.split(r"\s[;#]", unquoted(value), maxsplit=1)[0]
        found.append(Entry((*section, *key.split(".")), value, number))
    return found


RUBY = re.compile(
    r"""^\s*(?:[\w.]+\[\s*['":]?(\w+)['"]?\s*\]|:?([\w]+):?)\s*(?:=>|=|:|\s)\s*['"]([^'"]*)['"]"""
)


def from_ruby(text: str) -> list[Entry]:
    """`gitlab_rails['smtp_address'] = "…"` and `address: "…"`."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and (match := RUBY.match(line)):
            found.append(
                Entry(("smtp" if match[2] else "", match[1] or match[2]), match[3], number)
            )
    return found
