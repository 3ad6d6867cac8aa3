"""What SQL has others send: objects of COM, commands of the shell, steps of jobs."""

from __future__ import annotations

import re

from inventory.scripts.command_files import of_line
from inventory.scripts.findings import Finding, Found, Secret, account_in, add
from inventory.scripts.hosts import host_of, is_local, is_relay
from inventory.scripts.languages import parse
from inventory.scripts.powershell_lines import of_powershell_line, script_in
from inventory.scripts.source_files import File
from inventory.scripts.techniques.commands import TOOLS
from inventory.scripts.techniques.facts import is_secret
from inventory.scripts.techniques.sql import Token, assigned, tokens_of, worth
from inventory.scripts.units import of_unit, replace_path
from inventory.scripts.values import Value

FIELD = re.compile(r"cdo/configuration/(\w+)", re.IGNORECASE)
MIN_COMMAND = 30
POWERSHELL = ("send-mailmessage", "net.mail.")


def of_sql_programs(file: File) -> Found:
    found = Found([], [])
    low = file.text.lower()
    if "smtp" not in low and "powershell" not in low:
        return found
    tokens = tokens_of(file.text)
    by_objects(file.path, tokens, found)
    for token in tokens:
        if token.kind == "text" and len(token.text) > MIN_COMMAND:
            add(found, of_command(file, token))
    return found


def of_command(file: File, token: Token) -> Found:
    """What a text runs: through PowerShell, as a script of its own, or a program that mails."""
    low = token.text.lower()
    if script_in(token.text):
        return of_powershell_line(file.path, token.text, token.line, file.project)
    if any(word in low for word in POWERSHELL):
        unit = parse("step.ps1", "\n" * (token.line - 1) + token.text)
        if unit is not None:
            return of_unit(replace_path(unit, file.path), file.project)
    if "smtp" in low and any(f"{tool} " in low or f"{tool}.exe" in low for tool in TOOLS):
        told = of_line(file.path, token.text, token.line)
        told.findings = [one for one in told.findings if one.host and not is_local(one.host)]
        return told
    return Found([], [])


def by_objects(path: str, tokens: list[Token], found: Found) -> None:
    """`sp_OASetProperty @message, 'Configuration.fields("…/smtpserver").Value', @server`."""
    variables = assigned(tokens)
    told: dict[str, Token] = {}
    for index, token in enumerate(tokens[:-2]):
        field = FIELD.search(token.text) if token.kind == "text" else None
        value = worth(tokens[index + 2], variables) if tokens[index + 1].text == "," else None
        if field is not None and value is not None:
            told[field[1].lower()] = value
    server, user = told.get("smtpserver"), told.get("sendusername")
    if server is None or not host_of(server.text):
        return
    host = host_of(server.text)
    is_login = user is not None or told.get("smtpauthenticate", server).text in ("1", "2")
    auth = "basic" if is_login and not is_relay(host) else "none"
    account = account_in(Value(user.text, user.line, "literal")) if user and is_login else ""
    source = "literal" if account else ""
    found.findings.append(Finding(path, server.line, "CDO.Message", host, account, auth, source))
    secret = told.get("sendpassword")
    if secret is not None and is_secret(secret.text):
        found.secrets.append(Secret(path, secret.line, "password"))
