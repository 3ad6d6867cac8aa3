"""What in one source file submits mail, with the files it is written to or read with."""

from __future__ import annotations

import re
from dataclasses import replace

from inventory.scripts.findings import Finding, Found, add
from inventory.scripts.forms import Embedded, Name, Place, PlacedCall, Unit
from inventory.scripts.hosts import host_of, is_local
from inventory.scripts.languages import BY_PROGRAM
from inventory.scripts.programs.runs import Run
from inventory.scripts.project import Project
from inventory.scripts.resolve import Resolver
from inventory.scripts.settings_files import kind_of
from inventory.scripts.source_files import File
from inventory.scripts.techniques.clients import clients
from inventory.scripts.techniques.commands import commands, words_of
from inventory.scripts.techniques.conversation import conversation
from inventory.scripts.techniques.frameworks import frameworks
from inventory.scripts.techniques.graph import graph
from inventory.scripts.techniques.inheritance import inherited
from inventory.scripts.techniques.libcurl import libcurl
from inventory.scripts.techniques.mta import NETRC, login_in, mta
from inventory.scripts.techniques.powershell import cmdlets
from inventory.scripts.techniques.settings import settings
from inventory.scripts.techniques.unit_tests import is_under_test
from inventory.scripts.techniques.wrappers import borrowed, note_senders, sourced
from inventory.scripts.values import Value


def of_unit(unit: Unit, project: Project, run: Run | None = None) -> Found:
    """What it sends, as it stands or as one run of it has it."""
    resolver = Resolver(unit, project, run)
    found = Found([], [])
    for read in (clients, commands, frameworks, conversation, libcurl):
        add(found, read(resolver))
    if unit.language == "powershell":
        add(found, cmdlets(resolver))
    note_senders(resolver)
    found.findings += graph(resolver)
    found.findings += borrowed(resolver) + inherited(resolver)
    if unit.language == "php":
        found.findings += php_mail(resolver)
    for embedded in unit.embedded:
        add(found, of_embedded(resolver, embedded))
    if unit.language == "shell":
        found.findings += sourced(resolver)
        found.findings = with_postfix_login(unit, found.findings)
        found.findings = with_mailrc(unit, found.findings)
    if "netrc" in unit.text:
        found.findings = [with_netrc(one, project) for one in found.findings]
    found.findings = [one for one in found.findings if not is_under_test(unit, one)]
    return found


def with_netrc(one: Finding, project: Project) -> Finding:
    """The account of curl's that a netrc of the tree names."""
    if one.technique != "curl" or one.account or one.auth != "basic":
        return one
    for _, file in project.nearby(one.path):
        account = login_in(file.text, one.host) if file.name in NETRC else ""
        if account:
            return replace(one, account=account.lower(), account_source=f"config:{file.path}")
    return one


def with_mailrc(unit: Unit, findings: list[Finding]) -> list[Finding]:
    """`MAILRC` names the file that the same script writes: its server is who gets the mail."""
    if "MAILRC" not in unit.text or not any(
        one.host and not is_local(one.host) and one.technique == "mailx" for one in findings
    ):
        return findings
    return [one for one in findings if not is_local(one.host)]


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
        if not kind_of(target) and mta(unit.path, text, embedded.line, target) is None:
            target = kind_by_text(text)
        if target:
            return of_written(unit.path, text, embedded.line, target, project)
    program = embedded.program.rpartition("/")[2].rstrip("0123456789.")
    frontend = BY_PROGRAM.get(program)
    if frontend is None:
        return Found([], [])
    text = "\n" * (embedded.line - 1) + embedded.text
    inner = frontend(unit.path, text).read()
    found = of_unit(inner, project, as_given(resolver, embedded) or resolver.run)
    found.findings = [
        replace(one, account_source="literal")
        if one.account_source == f"config:{unit.path}"
        else one
        for one in found.findings
    ]
    return found


def as_given(resolver: Resolver, embedded: Embedded) -> Run | None:
    """The run of a here-document: the words after `-`, and what the script has exported."""
    unit = resolver.unit
    if unit.language != "shell":
        return None
    texts = [resolver.text(one, embedded.place) for one in embedded.words]
    words = embedded.words[texts.index("-") + 1 :] if "-" in texts else ()
    values = [word for one in words for word in words_of(resolver, one, embedded.place)]

    def variable(name: str) -> Value | None:
        given = resolver.run.variable(name) if resolver.run is not None else None
        is_set = (name,) in resolver.by_path
        return given or (resolver.first(Name(name, 0), embedded.place) if is_set else None)

    return Run("", unit.path, embedded.line, tuple(values), variable=variable)


def kind_by_text(text: str) -> str:
    """What a file would be called that a script writes under a name of its own."""
    return next((name for mark, name in BY_TEXT if mark.search(text)), "")


BY_TEXT = (
    (re.compile(r"^set (?:smtp|mta|smtp_url)\s*=", re.MULTILINE), ".mailrc"),
    (re.compile(r"^host\s+\S+\.\S+\n(?:.*\n)*?(?:user|from|auth)\s", re.MULTILINE), "msmtprc"),
    (re.compile(r"^mailhub\s*=", re.MULTILINE | re.IGNORECASE), "ssmtp.conf"),
    (re.compile(r"^relayhost\s*=", re.MULTILINE), "main.cf"),
    (re.compile(r"^url\s*=\s*\"?smtps?://", re.MULTILINE), ".curlrc"),
)


VARIABLE = re.compile(r"\$\{?(\w+)\}?")


def with_variables(text: str, resolver: Resolver) -> str:
    """The text of a here-document with what its variables hold, as far as that is known."""
    place = Place((), (), 10**9)

    def one(name: re.Match[str]) -> str:
        value = (
            resolver.first(Name(name[1], 0), place)
            if resolver.run or not name[1].isdigit()
            else None
        )
        return name[0] if value is None or "\n" in value.text else value.text

    return VARIABLE.sub(one, text)


def of_written(path: str, text: str, line: int, target: str, project: Project) -> Found:
    """A file of settings that a script writes, or that settings hold."""
    found = mta(path, text, line, target)
    if found is not None or not kind_of(target):
        return found or Found([], [])
    file = File(target.rpartition("/")[2], "\n" * (line - 1) + text, project)
    found = settings(file, project)
    found.findings = [replace(one, path=path) for one in found.findings]
    found.secrets = [replace(one, path=path) for one in found.secrets]
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


def replace_path(unit: Unit, path: str) -> Unit:
    return replace(unit, path=path)
