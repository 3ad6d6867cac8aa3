"""YAML, also as a template that is not filled in yet."""

from __future__ import annotations

import base64
import itertools
import re
from dataclasses import replace

import yaml

from inventory.scripts.entries import MAX_DEPTH, MAX_ENTRIES, Entry, scalar


def from_yaml(text: str) -> list[Entry]:
    documents: list[list[Entry]] = []
    try:
        for document in yaml.compose_all(with_templates(text), Loader=yaml.SafeLoader):
            own: list[Entry] = []
            flatten_yaml(document, (), own, 0)
            documents.append(unsealed(own))
    except (yaml.YAMLError, ValueError):
        # Templates of Helm, Ansible and the like are no YAML until they are filled in.
        return [one for own in documents for one in own] or from_indented(text)
    return parted(documents)


def parted(documents: list[list[Entry]]) -> list[Entry]:
    """Documents that say the same of different profiles, as Spring's, are parted like the items
    of a list; those of Kubernetes belong together."""
    paths = [{one.path for one in own} for own in documents]
    is_shared = any(one & other for one, other in itertools.combinations(paths[:20], 2))
    if not is_shared or any(("kind",) in one for one in paths):
        return [one for own in documents for one in own]
    return [
        replace(one, items=(number, *one.items))
        for number, own in enumerate(documents)
        for one in own
    ]


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
        text = f"${{{node.value}}}" if node.tag == "!secret" else str(node.value)
        scalar(text, path, line, found, items)


def dict_of(node: yaml.MappingNode) -> dict[str, yaml.Node]:
    return {one.value: other for one, other in node.value if isinstance(one.value, str)}


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
