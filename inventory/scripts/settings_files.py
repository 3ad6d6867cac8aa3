"""Configuration files as flat entries: path of keys, text, line."""

from __future__ import annotations

import base64
import csv
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
    ".props": "xml", ".tf": "hcl", ".tfvars": "ini", ".hcl": "hcl", ".csv": "csv",
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
TEMPLATES = (".j2", ".jinja2", ".jinja", ".erb", ".epp", ".tpl")
"""Filled in where they are put to use; their keys are there already."""

TEST_FOLDERS = {"test", "tests", "__tests__", "fixtures", "testdata", "spec", "examples", "docs"}


@dataclass(frozen=True)
class Entry:
    """`is_variable`: its last key is an environment variable's name."""

    path: tuple[str, ...]
    text: str
    line: int
    is_variable: bool = False
    source: str = "literal"
    """Where the text comes from that a reference stood for: "env:file", "config:file"."""
    items: tuple[int, ...] = ()
    """Which ones of the lists around hold it."""

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
    for end in (*EXAMPLES, *TEMPLATES):
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
        "hcl": from_hcl,
        "csv": from_csv,
    }
    if kind not in readers:
        return []
    if kind == "ini" and text.lstrip().startswith("<"):
        kind = "xml"  # As some name their XML `.conf`.
    try:
        return readers[kind](text)[:MAX_ENTRIES]
    except RecursionError:
        return []


# -- YAML --------------------------------------------------------------------------------------


def from_yaml(text: str) -> list[Entry]:
    found: list[Entry] = []
    try:
        for document in yaml.compose_all(with_templates(text), Loader=yaml.SafeLoader):
            own: list[Entry] = []
            flatten_yaml(document, (), own, 0)
            found += unsealed(own)
    except (yaml.YAMLError, ValueError):
        # Templates of Helm, Ansible and the like are no YAML until they are filled in.
        return found or from_indented(text)
    return found


TEMPLATE_LINE = re.compile(r"^\s*\{\{.*\}\}\s*$")
TEMPLATE_VALUE = re.compile(r"^(\s*(?:-\s+)*[\w./-]+:\s+|\s*-\s+)([^'\"\s#|>]*\{\{.*)$")


def with_templates(text: str) -> str:
    """A template of Helm, with what it fills in as text; YAML would take it for tables."""
    if "{{" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        if TEMPLATE_LINE.match(line):
            line = ""
        elif found := TEMPLATE_VALUE.match(line):
            value = found[2].rstrip().replace("'", "''")
            line = f"{found[1]}'{value}'"
        lines.append(line)
    return "\n".join(lines)


def unsealed(entries: list[Entry]) -> list[Entry]:
    """The data of a Secret of Kubernetes, which is in base64."""
    if not any(one.path == ("kind",) and one.text == "Secret" for one in entries):
        return entries
    return [
        Entry(one.path, from_base64(one.text), one.line, one.is_variable)
        if one.path[0] == "data"
        else one
        for one in entries
    ]


def from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return text


def flatten_yaml(
    node: yaml.Node | None,
    path: tuple[str, ...],
    found: list[Entry],
    depth: int,
    items: tuple[int, ...] = (),
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
            found.append(Entry((*path, name), text, line, True, items=items))
            return
        for key, value in pairs:
            flatten_yaml(value, (*path, key), found, depth + 1, items)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            is_own = isinstance(item, yaml.MappingNode) and len(item.value) > 1
            is_own = is_own and not named_variable(dict_of(item))
            flatten_yaml(item, path, found, depth + 1, (*items, number) if is_own else items)
    else:
        is_block = getattr(node, "style", None) in ("|", ">")
        line = node.start_mark.line + 1 + is_block
        scalar(str(node.value), path, line, found, items)


def dict_of(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    return {one.value: other for one, other in node.value if isinstance(one.value, str)}


LISTS_OF_VARIABLES = ("environment", "env", "args", "variables", "literals")


def scalar(
    text: str, path: tuple[str, ...], line: int, found: list[Entry], items: tuple[int, ...] = ()
) -> None:
    """A value; `KEY=value` in a list of environment variables is an entry of its own."""
    name, sign, value = text.partition("=")
    is_listed = bool(path) and path[-1].lower() in LISTS_OF_VARIABLES
    if is_listed and sign and re.fullmatch(r"\w+", name):
        found.append(Entry((*path, name), value.strip("'\""), line, True, items=items))
        return
    is_variable = bool(path) and re.fullmatch(r"[A-Z][A-Z0-9_]+", path[-1]) is not None
    found.append(Entry(path, text, line, is_variable, items=items))


def named_variable(named: dict[str, yaml.Node]) -> str:
    """NAME of `{name: NAME, value: …}`, as Kubernetes writes variables."""
    name = named.get("name")
    if isinstance(name, yaml.ScalarNode) and ("value" in named or "valueFrom" in named):
        return str(name.value)
    return ""


INDENTED = re.compile(r"^(\s*(?:-\s+)?)([\w.-]+)\s*:\s*(.*)$")


def from_indented(text: str) -> list[Entry]:
    found: list[Entry] = []
    levels = [(-1, "")]
    named = (-1, "")
    for number, line in enumerate(text.splitlines(), 1):
        if not (match := INDENTED.match(line)) or line.lstrip().startswith("#"):
            continue
        depth, key, value = len(match[1]), match[2], match[3]
        while levels[-1][0] >= depth:
            levels.pop()
        path = (*(name for _, name in levels[1:]), key)
        value = re.sub(r"\s+#.*", "", value).strip().strip("'\"")
        if key in ("value", "valueFrom") and named[0] == depth:  # Of `- name: VARIABLE`.
            found.append(Entry((*path[:-1], named[1]), value, number, True))
        elif value:
            scalar(value, path, number, found)
        named = (depth, value) if key == "name" else named
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


def flatten(
    expr: Expr,
    path: tuple[str, ...],
    found: list[Entry],
    depth: int,
    within: tuple[int, ...] = (),
) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_ENTRIES:
        return
    match expr:
        case Text(text=text, line=line):
            scalar(text, path, line, found, within)
        case Table(items=items):
            if pair := named_pair(expr):
                name, value = pair
                found.append(Entry((*path, name.text), value.text, value.line, True, items=within))
                return
            for key, one in items:
                flatten(one, (*path, key), found, depth + 1, within)
        case Sequence(items=items) | Other(parts=items):
            for number, one in enumerate(items):
                is_own = isinstance(one, Table) and len(one.items) > 1 and not named_pair(one)
                inner = (*within, number) if is_own else within
                flatten(one, path, found, depth + 1, inner)


PAIRS = (("name", "value"), ("key", "value"), ("ParameterKey", "ParameterValue"))


def named_pair(table: Table) -> tuple[Text, Text] | None:
    """(name, value) of `{"name": "SMTP_HOST", "value": "…"}`."""
    for first, second in PAIRS:
        name, value = table.get(first), table.get(second)
        if isinstance(name, Text) and isinstance(value, Text):
            return name, value
    return None


# -- XML ---------------------------------------------------------------------------------------


class EntitiesRefused(Exception):
    """A document that declares entities is not read."""


class XmlReader:
    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.path: list[str] = []
        self.texts: list[tuple[str, int]] = []
        self.keys: list[str] = [""]
        self.is_named: list[bool] = []
        """Whether the element goes by its attribute."""
        self.source = b""
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
        self.is_named.append(bool(name))
        self.texts.append(("", line))
        self.keys.append("")
        lines = self.lines_of(list(attributes), line)
        for key, value in attributes.items():
            if key.lower() == "value":
                self.found.append(Entry(tuple(self.path), value, lines[key]))
            elif key not in ("key", "name"):
                path = (*self.path, key.rpartition(":")[2])
                self.found.append(Entry(path, value, lines[key]))

    def lines_of(self, names: list[str], line: int) -> dict[str, int]:
        """The lines of the attributes of the element that starts here."""
        at = max(self.parser.CurrentByteIndex, 0)
        tag = self.source[at : at + 4000]
        found = {}
        for name in names:
            match = re.search(rb"\s" + re.escape(name.encode()) + rb"\s*=", tag)
            found[name] = line + (tag.count(b"\n", 0, match.end()) if match else 0)
        return found

    def data(self, text: str) -> None:
        if self.texts and len(self.texts[-1][0]) < 2000:
            before, line = self.texts[-1]
            if not before.strip():
                line = self.parser.CurrentLineNumber
            self.texts[-1] = (before + text, line)

    def end(self, _: str) -> None:
        text, line = self.texts.pop()
        self.keys.pop()
        own = self.path[-1].lower()
        if text.strip() and own in ("name", "key", "param-name"):
            self.keys[-1] = text.strip()  # The next one beside it is its value.
        elif text.strip():
            path = tuple(self.path)
            if self.keys[-1] and own in ("value", "string", "param-value", "integer"):
                path = (*path[:-1], *self.keys[-1].split("."))
            elif own == "value" and self.is_named[-2:-1] == [True]:
                path = path[:-1]  # `<setting name="SmtpServer"><value>…`
            self.found.append(Entry(path, text.strip(), line))
        self.path.pop()
        self.is_named.pop()


def from_xml(text: str) -> list[Entry]:
    reader = XmlReader()
    # Already decoded: what the declaration says of the encoding no longer holds.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", lambda found: "\n" * found[0].count("\n"), text, count=1)
    reader.source = text.encode("utf-8", "replace")
    with suppress(expat.ExpatError, EntitiesRefused):
        reader.parser.Parse(reader.source, True)
    return with_bindings(reader.found)


BINDING = "outbound-socket-binding-ref"


def with_bindings(found: list[Entry]) -> list[Entry]:
    """WildFly's mail session refers to the server, which stands under its name far below."""
    moved = list(found)
    for entry in found:
        if entry.path[-1] != BINDING:
            continue
        moved += [
            Entry((*entry.path[:-1], one.path[-1]), one.text, one.line)
            for one in found
            if len(one.path) > 2 and one.path[-3] == entry.text and one.path[-1] in ("host", "port")
        ]
    return moved


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
    if value.startswith('"""'):
        return value[3:].partition('"""')[0]
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


NAGIOS = re.compile(r"^\s*define\s+\w+\s*\{", re.MULTILINE)


def from_nagios(text: str) -> list[Entry]:
    """`define command { command_line /usr/bin/x … }`: a key, space, the rest of the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        key, _, value = line.strip().partition(" ")
        if value.strip() and key[:1] not in "#;}" and key != "define":
            found.append(Entry((key,), value.strip(), number))
    return found


def interpolated(found: list[Entry]) -> list[Entry]:
    """`%(name)s` of configparser, from the same section or from DEFAULT."""
    known = {(entry.path[0].lower(), entry.path[-1].lower()): entry.text for entry in found}

    def filled(entry: Entry) -> str:
        def one(name: re.Match[str]) -> str:
            key = name[1].lower()
            section = entry.path[0].lower()
            return known.get((section, key)) or known.get(("default", key)) or name[0]

        return re.sub(r"%\((\w+)\)s", one, entry.text)

    return [
        Entry(one.path, filled(one), one.line, one.is_variable) if "%(" in one.text else one
        for one in found
    ]


def from_ini(text: str) -> list[Entry]:
    return from_nagios(text) if NAGIOS.search(text) else interpolated(sections_of(text))


def sections_of(text: str) -> list[Entry]:
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


HCL_OPEN = re.compile(r'^([\w.-]+)\s*((?:"[^"]*"\s*)*)=?\s*(?:\w+\()?\s*[\[({]*\{\s*$')
HCL_VALUE = re.compile(r'^"?([\w.-]+)"?\s*[=:]\s*"([^"]*)"')
HCL_PAIR = re.compile(r'\{\s*name\s*=\s*"(\w+)"\s*,\s*value\s*=\s*"([^"]*)"\s*\}')


def from_hcl(text: str) -> list[Entry]:
    """Terraform: a block's labels and keys; `{ name = "X", value = "…" }` is a variable X."""
    found: list[Entry] = []
    blocks: list[tuple[str, ...]] = []
    named: list[str] = [""]
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith(("#", "//")):
            continue
        for pair in HCL_PAIR.finditer(line):
            found.append(Entry((*flat(blocks), pair[1]), pair[2], number, True))
        if match := HCL_OPEN.match(line):
            blocks.append((*re.findall(r'"([^"]*)"', match[2]),) or (match[1],))
            named.append("")
        elif match := HCL_VALUE.match(line):
            if match[1] == "name":
                named[-1] = match[2]
            is_pair = match[1] == "value" and bool(named[-1])
            key = named[-1] if is_pair else match[1]
            found.append(Entry((*flat(blocks), key), match[2], number, is_pair))
        else:
            for sign in re.sub(r'"[^"]*"', "", line):
                if sign == "{":
                    blocks.append(())
                    named.append("")
                elif sign == "}" and blocks:
                    blocks.pop()
                    named.pop()
    return found


def flat(blocks: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for block in blocks for name in block)


MAX_CSV = 65_536


def from_csv(text: str) -> list[Entry]:
    """The first row under the heads, for a script that reads its settings so."""
    if len(text) > MAX_CSV:
        return []
    lines = [line for line in text.splitlines()[:5] if line.strip() and line[0] != "#"]
    sign = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = [list(row) for row in csv.reader(lines[:2], delimiter=sign)]
    if len(rows) < 2:
        return []
    number = text.splitlines().index(lines[1]) + 1
    pairs = zip(rows[0], rows[1], strict=False)
    return [Entry((head.strip(),), one.strip(), number) for head, one in pairs if head.strip()]


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
