"""Reads a tree and says what in it submits mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from inventory.scripts.findings import Finding, Found, Secret
from inventory.scripts.forms import Embedded, Name, Place, PlacedCall, Unit
from inventory.scripts.hosts import host_of, is_exchange_online, is_local
from inventory.scripts.languages import BY_PROGRAM, parse
from inventory.scripts.placeholders import has_reference
from inventory.scripts.project import File, Project
from inventory.scripts.resolve import Resolver
from inventory.scripts.settings_files import Entry, is_example, kind_of
from inventory.scripts.techniques.clients import clients
from inventory.scripts.techniques.code_tables import code_tables
from inventory.scripts.techniques.commands import TOOLS, commands, decide, lines_of, without_prefix
from inventory.scripts.techniques.frameworks import frameworks
from inventory.scripts.techniques.graph import graph
from inventory.scripts.techniques.mta import NETRC, login_in, mta
from inventory.scripts.techniques.powershell import cmdlets
from inventory.scripts.techniques.settings import settings
from inventory.scripts.techniques.sql import sql
from inventory.scripts.techniques.wrappers import borrowed, sourced
from inventory.scripts.walk import files_of

HINTS = ("mail", "smtp", "office365", "outlook", "graph.microsoft", "relayhost", "mutt", "swaks",
         "blat", "dsn", "cdo.", "o365")  # fmt: skip
"""A source file with none of these words sends no mail that this can tell."""

CONSTANTS = ("WordPress",)
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


def scan_files(files: Iterable[tuple[str, str]]) -> Scan:
    project = Project([(path, text) for path, text in files if not path.endswith(DOCUMENTS)])
    findings: list[Finding] = []
    secrets: list[Secret] = []
    unread: list[tuple[str, str]] = []
    for read in (of_source, of_settings):
        for file in sorted(project.files.values(), key=is_late):
            try:
                found = read(file, project)
            except RecursionError:
                unread.append((file.path, "nested too deeply"))
                continue
            findings += found.findings
            secrets += found.secrets
    findings = [
        with_login(one, project)
        for one in findings
        if one.host or (one.path, one.line) not in project.answered
        if one.technique not in CONSTANTS or (one.path, one.line) not in project.used
    ]
    return Scan(
        sorted(one_each(findings), key=lambda one: (one.path, one.line, one.technique)),
        sorted(set(secrets), key=lambda one: (one.path, one.line)),
        unread,
        len(project.files),
    )


def is_late(file: File) -> bool:
    """What refers to others is read before them, for it says more than they do alone."""
    return not has_reference(file.text) and file.name.lower() not in TWINS


def with_login(one: Finding, project: Project) -> Finding:
    """The account that a caller in another file names."""
    told = project.logins.get((one.path, one.line))
    if told is None or one.account or one.auth not in ("basic", "oauth"):
        return one
    return replace(one, account=told[0], account_source=told[1])


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
"""Folders of code that shows how."""


def is_document(file: File) -> bool:
    is_shown = not SHOWN.isdisjoint(file.path.lower().split("/")[:-1])
    return is_shown or file.name.lower().endswith(DOCUMENTS)


def is_stub(unit: Unit) -> bool:
    """TypeScript's declarations run nothing."""
    return unit.path.endswith(".d.ts")


def of_unit(unit: Unit, project: Project) -> Found:
    resolver = Resolver(unit, project)
    found = Found([], [])
    for read in (clients, commands, frameworks):
        add(found, read(resolver))
    if unit.language == "powershell":
        add(found, cmdlets(resolver))
    found.findings += graph(resolver)
    found.findings += borrowed(resolver)
    if unit.language == "php":
        found.findings += php_mail(resolver)
    for embedded in unit.embedded:
        add(found, of_embedded(resolver, embedded))
    if unit.language == "shell":
        found.findings += sourced(resolver)
        found.findings = with_postfix_login(unit, found.findings)
    if "netrc" in unit.text:
        found.findings = [with_netrc(one, project) for one in found.findings]
    found.findings = [one for one in found.findings if not is_under_test(unit, one)]
    return found


def is_under_test(unit: Unit, finding: Finding) -> bool:
    """A unit test with a stand-in for the server, or with none that is known."""
    name = unit.path.rpartition("/")[2].lower()
    is_test = name.startswith("test_") or re.search(r"(_test|\.test|\.spec|tests?)\.\w+$", name)
    fakes = ("monkeypatch.setattr", "mocker.patch", "@patch", "mock.patch", "patch(", "jest.mock",
             "vi.mock", "sinon.", "new Mock<", "Mockito", "createMock(", "Mock Send-",
             "GreenMail", "SimpleSmtpServer", "Wiser(", "nodemailer-mock",
             "netDumbster")  # fmt: skip
    if not is_test:
        return False
    is_known = is_exchange_online(finding.host) and bool(finding.account)
    marks = ("TestCase", "def test_", "@Test", "[Fact]", "[TestMethod]", "describe(", "Describe ")
    is_unit_test = any(mark in unit.text for mark in marks)
    return any(fake in unit.text for fake in fakes) or (is_unit_test and not is_known)


def with_netrc(one: Finding, project: Project) -> Finding:
    """The account of curl's that a netrc of the tree names."""
    if one.technique != "curl" or one.account or one.auth != "basic":
        return one
    for _, file in project.nearby(one.path):
        account = login_in(file.text, one.host) if file.name in NETRC else ""
        if account:
            return replace(one, account=account.lower(), account_source=f"config:{file.path}")
    return one


def with_postfix_login(unit: Unit, findings: list[Finding]) -> list[Finding]:
    """`postconf` sets the server and turns the login on; the map with the login is written by
    the same script."""
    servers = [one for one in findings if one.technique == "postfix" and not one.account]
    if not servers or not re.search(r"smtp_sasl_auth_enable\s*=\s*yes", unit.text):
        return findings
    found = [one for one in findings if one not in servers]
    for one in servers:
        logins = [each for each in found if each.technique == "postfix" and each.host == one.host]
        found = [each for each in found if each not in logins]
        account = logins[0].account if logins else ""
        source = "literal" if account else ""
        found.append(replace(one, auth="basic", account=account, account_source=source))
    return found


def of_embedded(resolver: Resolver, embedded: Embedded) -> Found:
    """A here-document: a program for an interpreter, or a settings file that is written."""
    unit, project = resolver.unit, resolver.project
    if embedded.target:
        text = with_variables(embedded.text, resolver)
        target = with_variables(embedded.target, resolver)
        found = mta(unit.path, text, embedded.line, target)
        if found is None and kind_of(target):
            found = of_written(unit, text, embedded.line, target, project)
        if found is not None:
            return found
    program = embedded.program.rpartition("/")[2].rstrip("0123456789.")
    frontend = BY_PROGRAM.get(program)
    if frontend is None:
        return Found([], [])
    text = "\n" * (embedded.line - 1) + embedded.text
    inner = frontend(unit.path, text).read()
    return of_unit(inner, project)


VARIABLE = re.compile(r"\$\{?(\w+)\}?")


def with_variables(text: str, resolver: Resolver) -> str:
    """The text of a here-document with what its variables hold, as far as that is known."""
    place = Place((), (), 10**9)

    def one(name: re.Match[str]) -> str:
        value = resolver.first(Name(name[1], 0), place) if not name[1].isdigit() else None
        return name[0] if value is None or "\n" in value.text else value.text

    return VARIABLE.sub(one, text)


def of_written(unit: Unit, text: str, line: int, target: str, project: Project) -> Found:
    """Settings that a script writes into a file of a format that is known."""
    file = File(target.rpartition("/")[2], "\n" * (line - 1) + text, project)
    found = settings(file, project)
    found.findings = [replace(one, path=unit.path) for one in found.findings]
    found.secrets = [replace(one, path=unit.path) for one in found.secrets]
    return found


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
    known: dict[str, tuple[str, int]] = {}
    for number, line in continued(file.text):
        plain = line.strip().lstrip("@").strip()
        if re.match(r"(rem\b|::)", plain, re.IGNORECASE):
            continue
        if match := re.match(r"set\s+\"?(\w+)=([^\"]*)\"?", plain, re.IGNORECASE):
            known[match[1].lower()] = (match[2].strip(), number)
            continue
        plain = re.sub(r"^for\s.*?\bdo\b\s*\(?", "", plain, flags=re.IGNORECASE)
        used = [known[name] for name in re.findall(r"%(\w+)%", plain.lower()) if name in known]
        plain = re.sub(r"%(\w+)%", lambda name: known.get(name[1].lower(), ("\0",))[0], plain)
        one = of_line(file.path, plain, number)
        hosts = {host_of(text): line for text, line in used}
        found.findings += [
            replace(each, line=hosts.get(each.host, each.line)) for each in one.findings
        ]
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


def is_system_crontab(file: File) -> bool:
    """One whose lines name a user before the command."""
    return "cron.d/" in file.path or file.path.endswith("etc/crontab")


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
            text = command[1].strip()
            if is_system_crontab(file):
                text = text.partition(" ")[2]
            unit = parse("line.sh", "\n" * (number - 1) + text)
            if unit is not None:
                one = of_unit(replace_path(unit, file.path), file.project)
                found.findings += one.findings
                found.secrets += one.secrets
    return found


def replace_path(unit: Unit, path: str) -> Unit:
    return replace(unit, path=path)


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
        add(found, in_entries(file, project))
    return found


def is_exporting(file: File) -> bool:
    """A shell file that does nothing but hand variables to what runs after it."""
    if not file.name.endswith((".sh", ".bash", ".ksh", ".profile")) or "export " not in file.text:
        return False
    unit = file.unit
    return unit is not None and not any(placed.call.method for placed in unit.calls)


def in_entries(file: File, project: Project) -> Found:
    """Commands that settings hold: a job of a pipeline, a notification of a monitor."""
    found = Found([], [])
    low = file.text.lower()
    if "smtp" not in low or not (any(f"{tool} " in low for tool in TOOLS) or CMDLET in low):
        return found
    for entry in file.entries:
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


def add(found: Found, other: Found) -> None:
    found.findings += other.findings
    found.secrets += other.secrets


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
