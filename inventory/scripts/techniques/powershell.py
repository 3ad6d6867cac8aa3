"""PowerShell's cmdlets that send mail."""

from __future__ import annotations

import re

from inventory.scripts.findings import Finding, Found, Secret, best_account, best_host, each_account
from inventory.scripts.forms import Call, Expr, Name, Place, PlacedCall, Text, path_of
from inventory.scripts.hosts import ADDRESS, is_relay
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.facts import is_secret
from inventory.scripts.techniques.inside import account_of_credential
from inventory.scripts.techniques.libraries import CREDENTIALS
from inventory.scripts.techniques.reader import Reader

SENDERS = {
    "send-mailmessage": "Send-MailMessage",
    "send-mailkitmessage": "Send-MailKitMessage",
    "send-emailmessage": "Mailozaurr",
    "send-mail": "Send-Mail",
    "send-mailtools": "Send-MailTools",
}
SERVERS = ("smtpserver", "server", "smtphost", "computername")
POSITIONS = ("to", "subject", "body", "smtpserver")
"""Of Send-MailMessage: a bare word is the first of these that is not named."""
SWITCHES = ("usessl", "bodyashtml")


def cmdlets(resolver: Resolver) -> Found:
    found = Found([], [])
    own = {function.name for function in resolver.unit.functions}
    for placed in resolver.unit.calls:
        name = placed.call.method.rpartition("\\")[2].lower()
        if name in SENDERS and name not in own:
            one = Sending(resolver, placed, SENDERS[name])
            found.findings += each_account(one.finding(), resolver, one.users())
        elif name.endswith(".ps1"):
            found.secrets += handed_over(resolver, placed)
        elif name == "convertto-securestring":
            found.secrets += plain_text(resolver, placed)
    return found


def handed_over(resolver: Resolver, placed: PlacedCall) -> list[Secret]:
    """`Send.ps1 -Password …`."""
    return [
        Secret(resolver.unit.path, value.line, "password")
        for name, given in placed.call.named
        if name in ("password", "pass", "pwd") or name.endswith("password")
        for value in resolver.values(given, placed.place)[:1]
        if value.source == "literal" and value.is_known and is_secret(value.text)
    ]


def plain_text(resolver: Resolver, placed: PlacedCall) -> list[Secret]:
    """`ConvertTo-SecureString "…" -AsPlainText`."""
    named = dict(placed.call.named)
    if not any(name.startswith("as") for name in named):
        return []
    words = [arg for arg in placed.call.args if not str(getattr(arg, "text", "")).startswith("-")]
    given = named.get("string") or (words[0] if words else None)
    for value in resolver.values(given, placed.place)[:1]:
        if value.source == "literal" and value.is_known and is_secret(value.text):
            return [Secret(resolver.unit.path, value.line, "password")]
    return []


class Sending:
    def __init__(self, resolver: Resolver, placed: PlacedCall, technique: str) -> None:
        self.resolver, self.placed, self.technique = resolver, placed, technique
        self.named = self.parameters()

    def parameters(self) -> dict[str, tuple[Expr, Place]]:
        """The parameters, with those of splatted tables and of $PSDefaultParameterValues."""
        found: dict[str, tuple[Expr, Place]] = {}
        place = self.placed.place
        for assign in self.resolver.unit.assigns:
            if assign.path[0] == "psdefaultparametervalues" and len(assign.path) == 2:
                command, _, name = assign.path[1].partition(":")
                if command in (self.placed.call.method.lower(), "*", "send-*"):
                    found[name] = (assign.value, assign.place)
        defaults = self.resolver.table(Name("psdefaultparametervalues", 0), place)
        for key, value in defaults.items if defaults is not None else ():
            if key.partition(":")[0].lower() in (self.placed.call.method.lower(), "*", "send-*"):
                found[key.partition(":")[2].lower()] = (value, place)
        for name, value in self.placed.call.named:
            if name == "@":
                table = self.resolver.table(value, place)
                for key, one in reversed(table.items) if table is not None else ():
                    found[key.lower()] = (one, place)
                path = path_of(value)
                for placed in self.resolver.unit.calls:  # $mail.Add('Credential', $cred)
                    call = placed.call
                    if (
                        call.method == "add"
                        and path_of(call.receiver) == path
                        and len(call.args) > 1
                    ):
                        key = self.resolver.text(call.args[0], placed.place).lower()
                        found[key] = (call.args[1], placed.place)
            else:
                found[name.lower()] = (value, place)
        return found

    def parameter(self, *names: str) -> tuple[Expr, Place] | None:
        """By name, or by the start of a name, as PowerShell takes it."""
        for wanted in names:
            for name, found in self.named.items():
                if name == wanted or (len(name) >= 2 and wanted.startswith(name)):
                    return found
        return None

    def server_by_position(self) -> tuple[Expr, Place] | None:
        """`Send-MailMessage to@… "Subject" "Body" smtp.example.com`."""
        left = [name for name in POSITIONS if name not in self.named]
        bare = dict(zip(left, bare_words(self.placed.call), strict=False))
        is_known = self.technique == SENDERS["send-mailmessage"] and "smtpserver" in bare
        return (bare["smtpserver"], self.placed.place) if is_known else None

    def finding(self) -> Finding:
        call = self.placed.call
        server = self.parameter(*SERVERS) or (Name("psemailserver", call.line), self.placed.place)
        host, line = best_host(self.resolver, *server)
        if not host and (bare := self.server_by_position()) is not None:
            server = bare
            host, line = best_host(self.resolver, *server)
        if not line and server[0].line != call.line and host:
            line = server[0].line
        if not host:
            line = self.resolver.lookup_line(*server)
        account, source, auth = self.login()
        if is_relay(host):
            account, source, auth = "", "", "none"
        graph = self.parameter("graph", "mggraphrequest") is not None
        if graph and self.technique == "Mailozaurr":
            host, auth = "graph.microsoft.com", "graph"
            account, source = self.sender()
        return Finding(
            self.resolver.unit.path, line or call.line, self.technique, host, account, auth, source
        )

    def sender(self) -> tuple[str, str]:
        """(account, its source) of the mailbox that Graph sends from."""
        given = self.named.get("from")
        if given is None:
            return "", ""
        table = self.resolver.table(*given)
        address = table.get("email") if table is not None else None
        return best_account(self.resolver, address or given[0], given[1])

    def users(self) -> list[tuple[Expr, Place]]:
        """What names the account: a parameter, or who a PSCredential is for."""
        if (named := self.named.get("username")) is not None:
            return [named]
        given = self.named.get("credential") or self.parameter("credential")
        made = [
            (one.args[0], there)
            for one, there in (Reader(self.resolver).placed_inside(*given) if given else ())
            if isinstance(one, Call) and one.method.lower() in CREDENTIALS and one.args
        ]
        return made[:1]

    def login(self) -> tuple[str, str, str]:
        """(account, its source, auth)."""
        oauth = self.named.get("oauth2") or self.named.get("oauth")
        user = self.named.get("username")
        given = self.named.get("credential") or self.parameter("credential")
        auth = "oauth" if oauth else "basic"
        if given is not None and self.resolver.is_never_given(*given):
            given = None
        if given is None:
            if user is None:
                return "", "", "none"
            return (*best_account(self.resolver, *user), auth)
        return (*credential(self.resolver, *given), auth)


def bare_words(call: Call) -> list[Expr]:
    """The words that are no parameter, no parameter's value and no splatted table."""
    splatted = [value for name, value in call.named if name == "@"]
    found: list[Expr] = []
    name = ""
    for word in call.args:
        if isinstance(word, Text) and word.text.startswith("-"):
            name = word.text.lstrip("-").rstrip(":").lower()
        elif word not in splatted and (not name or any(one.startswith(name) for one in SWITCHES)):
            found.append(word)
            name = ""
        else:
            name = ""
    return found


def credential(resolver: Resolver, expr: Expr, place: Place) -> tuple[str, str]:
    """(account, its source) of a PSCredential.

    `variable`: a variable of this file names the account, and the login takes its credential
    from a store under that name.
    """
    reader = Reader(resolver)
    stored: list[tuple[str, str]] = []
    for one, there in reader.placed_inside(expr, place):
        if not isinstance(one, Call):
            continue
        method = one.method.lower()
        if method in CREDENTIALS and one.args:
            return best_account(resolver, one.args[0], there)
        if method == "get-credential":
            asked = account_of_credential(reader, one, there)
            return best_account(resolver, asked, there) if asked is not None else ("", "")
        if method == "import-clixml" and (told := saved(resolver, one, there))[0]:
            return told
        if (told := made_elsewhere(resolver, one))[0]:
            return told
        for word in (*one.args, *(value for _, value in one.named)):
            for value in resolver.values(word, there):
                if match := ADDRESS.search(value.text.rpartition("\\")[2].rpartition("/")[2]):
                    name = match[0].lower()
                    for suffix in (".xml", ".clixml", ".txt", ".cred"):
                        name = name.removesuffix(suffix)
                    literal = isinstance(word, Text)
                    stored.append((name, "literal" if literal else "variable"))
    return stored[0] if stored else kept_elsewhere(resolver, expr, place)


def kept_elsewhere(resolver: Resolver, expr: Expr, place: Place) -> tuple[str, str]:
    """(account, its source) of a credential in a variable that a sourced file sets."""
    path = path_of(expr)
    if not path or resolver.assigned(path, place):
        return "", ""
    told = resolver.unit.text.lower()
    for unit in resolver.project.modules(resolver.unit):
        if unit.path.rpartition("/")[2].lower() not in told:
            continue
        other = resolver.of_unit(unit)
        end = Place((), (), 10**9)
        for assign in reversed(other.assigned(path, end)):
            account, source = credential(other, assign.value, assign.place)
            if account:
                return account, source.replace("literal", f"config:{unit.path}")
    return "", ""


def saved(resolver: Resolver, call: Call, place: Place) -> tuple[str, str]:
    """Whose credential the file is that `Import-Clixml` reads, or the same script exports."""
    words = [one for one in call.args if not getattr(one, "text", "").startswith("-")]
    for given in (call.arg(-1, "path", "literalpath"), *words):
        for value in resolver.values(given, place) or resolver.values(last_of(given), place):
            file = resolver.project.file_named(resolver.unit.path, value.text)
            name = USER_NAME.search(file.text) if file is not None else None
            if file is not None and name is not None:
                return name[1].lower(), f"config:{file.path}"
    exports = resolver.calls.get("export-clixml", [])
    for placed in resolver.calls.get("get-credential", []) if exports else ():
        if any(one.place.scope == placed.place.scope for one in exports):
            asked = account_of_credential(Reader(resolver), placed.call, placed.place)
            if asked is not None:
                return best_account(resolver, asked, placed.place)
    return "", ""


def last_of(expr: Expr | None) -> Expr | None:
    """The name in `Join-Path $PSScriptRoot "mail.xml"`."""
    return expr.args[-1] if isinstance(expr, Call) and expr.args else None


USER_NAME = re.compile(r'<S N="UserName">([^<>\s]+)</S>')
"""In a credential that PowerShell exported."""


def made_elsewhere(resolver: Resolver, call: Call) -> tuple[str, str]:
    """(account, its source) of a credential that a function of another file makes."""
    if call.receiver is not None or "-" not in call.method or resolver.functions_of(call):
        return "", ""
    for unit in resolver.project.modules(resolver.unit):
        other = resolver.of_unit(unit)
        for function in other.functions_of(call):
            there = Place(function.scope, (), 10**9)
            for returned in function.returns:
                account, source = credential(other, returned, there)
                if account:
                    return account, source.replace("literal", f"config:{unit.path}")
    return "", ""
