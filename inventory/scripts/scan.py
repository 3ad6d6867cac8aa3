"""Reads a tree and says what in it submits mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from inventory.scripts.findings import Finding, Found, Secret
from inventory.scripts.forms import Embedded, PlacedCall, Unit
from inventory.scripts.hosts import host_of, is_exchange_online
from inventory.scripts.languages import BY_PROGRAM, parse
from inventory.scripts.project import File, Project
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.clients import clients
from inventory.scripts.techniques.commands import commands, decide, lines_of, without_prefix
from inventory.scripts.techniques.frameworks import frameworks
from inventory.scripts.techniques.graph import graph
from inventory.scripts.techniques.mta import mta
from inventory.scripts.techniques.powershell import cmdlets
from inventory.scripts.techniques.settings import settings
from inventory.scripts.techniques.sql import sql
from inventory.scripts.walk import files_of

HINTS = ("mail", "smtp", "office365", "outlook", "graph.microsoft", "relayhost", "mutt", "swaks",
         "blat", "dsn", "cdo.", "o365")  # fmt: skip
"""A source file with none of these words sends no mail that this can tell."""

DOCUMENTS = (".md", ".rst", ".txt", ".adoc", ".html", ".htm", ".log", ".csv", ".lock", ".svg")


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


def scan_files(files: Iterable[tuple[str, str]]) -> Scan:
    project = Project([(path, text) for path, text in files if not path.endswith(DOCUMENTS)])
    findings: list[Finding] = []
    secrets: list[Secret] = []
    unread: list[tuple[str, str]] = []
    for read in (of_source, of_settings):
        for file in project.files.values():
            try:
                found = read(file, project)
            except RecursionError:
                unread.append((file.path, "nested too deeply"))
                continue
            findings += found.findings
            secrets += found.secrets
    return Scan(
        sorted(one_each(findings), key=lambda one: (one.path, one.line, one.technique)),
        sorted(set(secrets), key=lambda one: (one.path, one.line)),
        unread,
        len(project.files),
    )


def of_source(file: File, project: Project) -> Found:
    low = file.text.lower()
    if not any(hint in low for hint in HINTS) or is_document(file):
        return Found([], [])
    if file.name.lower().endswith((".sql", ".pks", ".pkb", ".pls", ".plsql")):
        return with_profile(sql(file.path, file.text), file, project)
    if file.name.lower().endswith((".bat", ".cmd")):
        return of_batch(file)
    if is_crontab(file):
        return of_crontab(file)
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
        for other in project.files.values()
        if other.path != file.path and "sysmail_add_account_sp" in other.text.lower()
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


def is_document(file: File) -> bool:
    return file.name.lower().endswith(DOCUMENTS)


def is_stub(unit: Unit) -> bool:
    """TypeScript's declarations run nothing."""
    return unit.path.endswith(".d.ts")


def of_unit(unit: Unit, project: Project) -> Found:
    resolver = Resolver(unit, project)
    found = Found([], [])
    for read in (clients, commands, frameworks):
        one = read(resolver)
        found.findings += one.findings
        found.secrets += one.secrets
    if unit.language == "powershell":
        one = cmdlets(resolver)
        found.findings += one.findings
        found.secrets += one.secrets
    found.findings += graph(resolver)
    if unit.language == "php":
        found.findings += php_mail(resolver)
    for embedded in unit.embedded:
        one = of_embedded(unit, embedded, project)
        found.findings += one.findings
        found.secrets += one.secrets
    found.findings = [one for one in found.findings if not is_under_test(unit, one)]
    return found


def is_under_test(unit: Unit, finding: Finding) -> bool:
    """A unit test with a stand-in for the server, or with none that is known."""
    name = unit.path.rpartition("/")[2].lower()
    is_test = name.startswith("test_") or re.search(r"(_test|\.test|\.spec|tests?)\.\w+$", name)
    fakes = ("monkeypatch.setattr", "mocker.patch", "@patch", "mock.patch", "patch(", "jest.mock",
             "vi.mock", "sinon.", "new Mock<", "Mockito", "createMock(", "Mock Send-")  # fmt: skip
    if not is_test:
        return False
    is_known = is_exchange_online(finding.host) and bool(finding.account)
    marks = ("TestCase", "def test_", "@Test", "[Fact]", "[TestMethod]", "describe(", "Describe ")
    is_unit_test = any(mark in unit.text for mark in marks)
    return any(fake in unit.text for fake in fakes) or (is_unit_test and not is_known)


def of_embedded(unit: Unit, embedded: Embedded, project: Project) -> Found:
    """A here-document: a program for an interpreter, or a settings file that is written."""
    if embedded.target:
        found = mta(unit.path, embedded.text, embedded.line, embedded.target)
        if found is not None:
            return found
    program = embedded.program.rpartition("/")[2].rstrip("0123456789.")
    frontend = BY_PROGRAM.get(program)
    if frontend is None:
        return Found([], [])
    text = "\n" * (embedded.line - 1) + embedded.text
    inner = frontend(unit.path, text).read()
    return of_unit(inner, project)


def php_mail(resolver: Resolver) -> list[Finding]:
    """`mail()` of PHP hands over to the server that php.ini or ini_set names, else to this host."""
    found = []
    host, line = "localhost", 0
    for placed in resolver.unit.calls:
        call = placed.call
        if call.method == "ini_set" and len(call.args) > 1:
            if resolver.text(call.args[0], placed.place).lower() == "smtp":
                value = resolver.first(call.args[1], placed.place)
                if value is not None and host_of(value.text):
                    host, line = host_of(value.text), value.line
        elif is_php_mail(resolver, placed):
            found.append(
                Finding(resolver.unit.path, line or call.line, "PHP mail()", host, "", "none", "")
            )
    return found


def is_php_mail(resolver: Resolver, placed: PlacedCall) -> bool:
    call = placed.call
    own = any(function.name == "mail" for function in resolver.unit.functions)
    is_plain = call.receiver is None and not call.is_new and len(call.args) >= 3
    return call.method in ("mail", "mb_send_mail") and is_plain and not own


# -- lines of commands -----------------------------------------------------------------------


def of_batch(file: File) -> Found:
    """Windows batch files: `set` and commands."""
    found = Found([], [])
    known: dict[str, str] = {}
    for number, line in continued(file.text):
        plain = line.strip().lstrip("@").strip()
        if re.match(r"(rem\b|::)", plain, re.IGNORECASE):
            continue
        if match := re.match(r"set\s+\"?(\w+)=([^\"]*)\"?", plain, re.IGNORECASE):
            known[match[1].lower()] = match[2].strip()
            continue
        plain = re.sub(r"%(\w+)%", lambda name: known.get(name[1].lower(), "\0"), plain)
        one = of_line(file.path, plain, number)
        found.findings += one.findings
        found.secrets += one.secrets
    return found


def continued(text: str) -> list[tuple[int, str]]:
    """(first line, command) with lines joined that end in `^`."""
    found: list[tuple[int, str]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        if is_open:
            first, before = found.pop()
            found.append((first, before + " " + line.removesuffix("^")))
        else:
            found.append((number, line.removesuffix("^")))
        is_open = line.endswith("^")
    return found


def of_line(path: str, text: str, number: int) -> Found:
    found = Found([], [])
    from inventory.scripts.resolve import Value

    for words in lines_of(Value(text.replace("\\", "/"), number, "literal")):
        words = without_prefix(words)
        if words:
            one = decide(path, words)
            found.findings += one.findings
            found.secrets += one.secrets
    return found


CRON_LINE = re.compile(r"^\s*(?:@\w+|(?:[\d*/,\-a-zA-Z]+\s+){5})(.*)")


def is_crontab(file: File) -> bool:
    name = file.name.lower()
    in_cron = "/cron.d/" in f"/{file.path}" and "." not in name
    return name in ("crontab", "crontab.txt") or name.endswith(".crontab") or in_cron


def of_crontab(file: File) -> Found:
    """What its commands send, and MAILTO, which hands their output to this host's mailer."""
    found = Found([], [])
    for number, line in enumerate(file.text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            continue
        if re.match(r"\s*MAILTO\s*=\s*[\"']?[^\"'\s]+", line):
            found.findings.append(
                Finding(file.path, number, "cron MAILTO", "localhost", "", "none", "")
            )
        elif command := CRON_LINE.match(line):
            unit = parse("line.sh", "\n" * (number - 1) + command[1])
            if unit is not None:
                one = of_unit(replace_path(unit, file.path), file.project)
                found.findings += one.findings
                found.secrets += one.secrets
    return found


def replace_path(unit: Unit, path: str) -> Unit:
    return replace(unit, path=path)


# -- settings ----------------------------------------------------------------------------------


def of_settings(file: File, project: Project) -> Found:
    own = mta(file.path, file.text)
    if own is not None:
        own.findings = [one for one in own.findings if (file.path, one.line) not in project.used]
        return without_twin(own, project, file)
    return settings(file, project.used) if file.kind else Found([], [])


def without_twin(found: Found, project: Project, file: File) -> Found:
    """Postfix names its server in main.cf and the login in a map: one finding, with both."""
    if file.name.lower() != "main.cf":
        return found
    for other in project.by_folder[file.folder]:
        if other.name.lower().startswith("sasl_passwd"):
            logins = mta(other.path, other.text)
            if logins is not None and found.findings:
                hosts = {one.host: one for one in logins.findings}
                found.findings = [
                    replace(
                        one,
                        account=hosts[one.host].account,
                        account_source=f"config:{other.path}",
                    )
                    if one.host in hosts and one.auth != "none"
                    else one
                    for one in found.findings
                ]
                project.used |= {(other.path, one.line) for one in logins.findings}
    return found


def one_each(findings: list[Finding]) -> list[Finding]:
    """One finding for a line and server, the one that says most."""
    best: dict[tuple[str, int, str], Finding] = {}
    for one in findings:
        key = (one.path, one.line, one.host)
        before = best.get(key)
        if before is None or weight(one) > weight(before):
            best[key] = one
    return list(best.values())


def weight(one: Finding) -> tuple[bool, bool]:
    return one.auth != "none", bool(one.account)
