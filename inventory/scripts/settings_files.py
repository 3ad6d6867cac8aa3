"""Configuration files as flat entries: which format a file has, and what it says."""

from __future__ import annotations

from inventory.scripts.entries import MAX_ENTRIES, Entry
from inventory.scripts.formats.hcl_files import from_hcl
from inventory.scripts.formats.ini_files import from_ini
from inventory.scripts.formats.json_files import from_json
from inventory.scripts.formats.key_lines import (
    from_csv,
    from_docker,
    from_env,
    from_properties,
    from_ruby,
)
from inventory.scripts.formats.xml_files import from_xml
from inventory.scripts.formats.yaml_files import from_yaml

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
