"""Reads a tree and says what in it submits mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from inventory.collecting import seldom_collecting
from inventory.scripts.command_files import is_crontab, of_batch, of_crontab
from inventory.scripts.entries import Entry
from inventory.scripts.findings import Finding, Found, Secret, add
from inventory.scripts.forms import Unit
from inventory.scripts.hosts import is_local
from inventory.scripts.languages import parse
from inventory.scripts.packages import is_package, of_package
from inventory.scripts.placeholders import has_reference, with_pipeline_variables
from inventory.scripts.powershell_lines import of_powershell_line, script_in
from inventory.scripts.programs.told import with_runs
from inventory.scripts.project import MAX_SMALL, Project
from inventory.scripts.scheduled_tasks import is_task, of_task
from inventory.scripts.settings_files import is_example
from inventory.scripts.source_files import File
from inventory.scripts.sql_programs import of_sql_programs
from inventory.scripts.techniques.code_tables import code_tables
from inventory.scripts.techniques.commands import TOOLS
from inventory.scripts.techniques.mta import mta
from inventory.scripts.techniques.settings import settings
from inventory.scripts.techniques.sql import sql
from inventory.scripts.units import of_unit, of_written, replace_path
from inventory.scripts.walk import files_of

CONSTANTS = ("Python settings", "WordPress", "CodeIgniter", "Drupal", "Joomla", "Nextcloud")
"""Findings in constants, which give way to the code that is seen to read them."""

DOCUMENTS = (".md", ".rst", ".txt", ".adoc", ".html", ".htm", ".log", ".lock", ".svg")


@dataclass(frozen=True)
class Scan:
    """`unread`: files that could not be read as what they are, with the reason."""

    findings: list[Finding]
    secrets: list[Secret]
    unread: list[tuple[str, str]]
    file_count: int


def scan(root: Path) -> Scan:
    """Everything below a folder (or one file) that submits mail, by path and line."""
    return scan_files(files_of(root))


@seldom_collecting()
def scan_files(files: Iterable[tuple[str, str]]) -> Scan:
    told: list[tuple[str, str]] = []
    documents: dict[str, str] = {}
    for path, text in files:
        name = path.rpartition("/")[2].lower()
        if name.endswith(DOCUMENTS) and not (name.endswith(".txt") and "cron" in name):
            documents[path] = text if len(text) <= MAX_SMALL else ""
        else:
            told.append((path, text))
    project = Project(told, documents)
    findings: list[Finding] = []
    secrets: list[Secret] = []
    unread: list[tuple[str, str]] = []
    for read in (of_source, of_caller, of_settings):
        for file in sorted(project.files.values(), key=is_late):
            try:
                found = read(file, project)
            except RecursionError:
                unread.append((file.path, "nested too deeply"))
                continue
            findings += found.findings
            secrets += found.secrets
        if read is of_caller:
            findings = with_runs(findings, project)
    findings = [
        told
        for one in without_read(findings, project)
        if one.host or (one.path, one.line) not in project.answered
        if one.account or (one.path, one.line) not in project.overridden
        for told in with_logins(one, project)
    ]
    return Scan(
        sorted(
            one_each(findings), key=lambda one: (one.path, one.line, one.technique, one.account)
        ),
        sorted(set(secrets), key=lambda one: (one.path, one.line)),
        unread,
        len(project.files),
    )


def is_late(file: File) -> bool:
    """What refers to others is read before them, for it says more than they do alone."""
    return not has_reference(file.text) and file.name.lower() not in TWINS


def without_read(findings: list[Finding], project: Project) -> list[Finding]:
    """Without the settings and constants that others were seen to read."""
    return [
        one
        for one in findings
        if (one.path, one.line) not in project.used
        or not (one.technique in CONSTANTS or project.files[one.path].kind)
    ]


def with_logins(one: Finding, project: Project) -> list[Finding]:
    """A finding for each account that callers in other files name."""
    told = project.logins.get((one.path, one.line))
    if told is None or one.account or one.auth not in ("basic", "oauth"):
        return [one]
    by_account = dict(reversed(told))
    return [
        replace(one, account=account, account_source=source)
        for account, source in by_account.items()
    ]


def of_source(file: File, project: Project) -> Found:
    return read_source(file, project) if file.speaks_of_mail else Found([], [])


def of_caller(file: File, project: Project) -> Found:
    """A source file that does not speak of mail, and calls what sends it."""
    if file.speaks_of_mail or not file.calls_senders:
        return Found([], [])
    return read_source(file, project)


def read_source(file: File, project: Project) -> Found:
    if is_document(file, project):
        return Found([], [])
    if file.name.lower().endswith((".sql", ".pks", ".pkb", ".pls", ".plsql")):
        told = with_profile(sql(file.path, file.text), file, project)
        add(told, of_sql_programs(file))
        return told
    if file.name.lower().endswith((".bat", ".cmd")):
        return of_batch(file)
    if is_crontab(file):
        return of_crontab(file)
    if is_package(file):
        return of_package(file)
    if file.kind and file.kind != "ruby":
        return Found([], [])
    unit = file.unit
    if unit is None or is_stub(unit):
        return Found([], [])
    return of_unit(unit, project)


def with_profile(found: Found, file: File, project: Project) -> Found:
    """Mail through a profile goes to the server that another script of the tree sets up."""
    if all(one.host for one in found.findings):
        return found
    servers = {
        (one.host, one.account, one.auth, other.path)
        for other in project.mail_profiles
        if other.path != file.path
        for one in sql(other.path, other.text).findings
        if one.host
    }
    if len({server[:3] for server in servers}) == 1:
        host, account, auth, path = min(servers)
        source = f"config:{path}" if account else ""
        found.findings = [
            one
            if one.host
            else replace(one, host=host, account=account, auth=auth, account_source=source)
            for one in found.findings
        ]
    return found


SHOWN = {"docs", "examples"}
"""Folders of code that shows how, where they belong to the source of a program."""


def is_document(file: File, project: Project) -> bool:
    """Beside a program's own files, `docs` and `examples` show how; on a share they are folders
    as any other."""
    folders = file.folder.lower().split("/")
    return not SHOWN.isdisjoint(folders) and project.is_program(file.path)


def is_stub(unit: Unit) -> bool:
    """TypeScript's declarations run nothing."""
    return unit.path.endswith(".d.ts")


# -- settings ----------------------------------------------------------------------------------


def of_settings(file: File, project: Project) -> Found:
    told = project.filled(file, Entry((file.name,), file.text, 1))
    own = mta(file.path, told.text)
    if own is not None:
        if told.source != "literal":
            own.findings = [
                replace(one, account_source=told.source) if one.account else one
                for one in own.findings
            ]
        own.findings = [one for one in own.findings if (file.path, one.line) not in project.used]
        return without_twin(own, project, file)
    if not file.kind and not is_exporting(file):
        unit = file.unit if "smtp" in file.text.lower() else None
        if unit is None or is_example(file.path):
            return Found([], [])
        return code_tables(file, unit, project)
    found = settings(file, project)
    if not is_example(file.path):
        add(found, of_task(file) if is_task(file) else in_entries(file, project))
        add(found, of_inner_files(file, project))
    return found


def is_exporting(file: File) -> bool:
    """A shell file that does nothing but hand variables to what runs after it."""
    if not file.name.endswith((".sh", ".bash", ".ksh", ".profile")) or "export " not in file.text:
        return False
    unit = file.unit
    return unit is not None and not any(placed.call.method for placed in unit.calls)


def of_inner_files(file: File, project: Project) -> Found:
    """Files that settings hold as a text, as a ConfigMap does."""
    found = Found([], [])
    for entry in file.entries:
        if "\n" in entry.text.strip() and "smtp" in entry.text.lower():
            name = "gitlab.rb" if "gitlab_rails[" in entry.text else entry.path[-1]
            add(found, of_written(file.path, entry.text, entry.line, name, project))
    return found


def in_entries(file: File, project: Project) -> Found:
    """Commands that settings hold: a job of a pipeline, a notification of a monitor."""
    found = Found([], [])
    low = file.text.lower()
    if "smtp" not in low or not (any(f"{tool} " in low for tool in TOOLS) or CMDLET in low):
        return found
    for told in file.entries:
        entry = replace(told, text=with_pipeline_variables(told.text, file.names))
        if script_in(entry.text):
            add(found, of_powershell_line(file.path, entry.text, entry.line, project))
            continue
        text = entry.text.lower()
        suffix = "ps1" if CMDLET in text else "sh"
        if CMDLET not in text and not ("smtp" in text and any(f"{one} " in text for one in TOOLS)):
            continue
        unit = parse(f"entry.{suffix}", "\n" * (entry.line - 1) + entry.text)
        if unit is not None:
            add(found, of_unit(replace_path(unit, file.path), project))
    found.findings = [one for one in found.findings if one.host and not is_local(one.host)]
    return found


CMDLET = "send-mailmessage"


TWINS = {"main.cf": "sasl_passwd", "update-exim4.conf.conf": "passwd.client"}
"""Settings that name the server, and the map beside them that holds the login."""


def without_twin(found: Found, project: Project, file: File) -> Found:
    """Postfix and Exim name the server in one file, the login in another: one finding."""
    twin = TWINS.get(file.name.lower())
    if twin is None or not found.findings:
        return found
    for other in project.by_folder[file.folder]:
        logins = mta(other.path, other.text) if other.name.lower().startswith(twin) else None
        if logins is None:
            continue
        by_host = {one.host: one for one in logins.findings}
        found.findings = [with_twin(one, by_host.get(one.host)) for one in found.findings]
        project.used |= {(other.path, one.line) for one in logins.findings}
    return found


def with_twin(one: Finding, login: Finding | None) -> Finding:
    if login is None or (one.auth == "none" and one.technique == "postfix"):
        return one
    auth = "basic" if one.auth == "none" else one.auth
    source = f"config:{login.path}"
    return replace(one, auth=auth, account=login.account, account_source=source)


def one_each(findings: list[Finding]) -> list[Finding]:
    """For a line and server one finding for each account, else the one that says most."""
    best: dict[tuple[str, int, str], dict[str, Finding]] = {}
    for one in findings:
        same = best.setdefault((one.path, one.line, one.host), {})
        before = next(iter(same.values()), None)
        if before is None or weight(one) > weight(before):
            same.clear()
        if before is None or weight(one) >= weight(before):
            same.setdefault(one.account, one)
    return [one for same in best.values() for one in same.values()]


def weight(one: Finding) -> tuple[bool, bool]:
    return one.auth != "none", bool(one.account)
