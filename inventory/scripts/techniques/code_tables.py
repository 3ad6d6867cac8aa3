"""Settings written as code: what `config/mail.php` returns, what `module.exports` holds."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.scripts.definitions import END
from inventory.scripts.entries import MAX_DEPTH, MAX_ENTRIES, Entry
from inventory.scripts.findings import Found
from inventory.scripts.forms import Expr, Sequence, Table, Unit, walk
from inventory.scripts.project import Project
from inventory.scripts.resolve import Resolver
from inventory.scripts.source_files import File
from inventory.scripts.techniques.settings import servers

SENDS = ("send", "Send", "mail", "wp_mail", "isSMTP", "IsSMTP")

LANGUAGES = ("php", "javascript")


def code_tables(file: File, unit: Unit, project: Project) -> Found:
    """The servers in them; what the environment says has its finding where it is said."""
    if unit.language not in LANGUAGES:
        return Found([], [])
    resolver, used = Resolver(unit, project), set(project.used)
    entries = [
        entry for table in tables_of(unit, resolver) for entry in flattened(table, (), resolver, 0)
    ]
    if unit.language == "php" and not any(one.call.method in SENDS for one in unit.calls):
        for assign in unit.assigns:
            if len(assign.path) == 1 and "smtp" in assign.path[0].lower():
                entries += flattened(assign.value, assign.path, resolver, 0)
    if file.name == "wp-config.php":
        entries += defined(resolver)
    project.used = used  # What was looked up has its finding where it stands.
    return servers(file, entries[:MAX_ENTRIES], project)


def defined(resolver: Resolver) -> list[Entry]:
    """The constants that WordPress and its plugins take their settings from."""
    told = [(one.path, resolver.first(one.value, one.place)) for one in resolver.unit.assigns]
    return [
        Entry(path, value.text, value.line)
        for path, value in told
        if len(path) == 1 and value is not None and value.source == "literal"
    ]


def tables_of(unit: Unit, resolver: Resolver) -> list[Table]:
    """The outermost tables that other files get."""
    given = [*unit.exports]
    given += [one.value for one in unit.assigns if one.path[:2] == ("module", "exports")]
    found = [
        resolver.table(expr, END)
        or next((one for one in walk(expr) if isinstance(one, Table)), None)
        for expr in given
    ]
    return [table for table in found if table is not None and table.items]


def flattened(expr: Expr, path: tuple[str, ...], resolver: Resolver, depth: int) -> Iterator[Entry]:
    if depth > MAX_DEPTH:
        return
    if isinstance(expr, Table):
        for key, value in expr.items:
            yield from flattened(value, (*path, key), resolver, depth + 1)
    elif isinstance(expr, Sequence):
        for value in expr.items:
            yield from flattened(value, path, resolver, depth + 1)
    elif path:
        value_of = resolver.first(expr, END)
        if value_of is not None and value_of.source == "literal":
            yield Entry(path, value_of.text, value_of.line)
