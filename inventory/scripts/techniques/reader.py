"""What a mail client is told, as a finding: the server, the account, how it logs in."""

from __future__ import annotations

from inventory.scripts.findings import (
    Finding,
    Found,
    Secret,
    account_in,
    best_account,
    best_host,
)
from inventory.scripts.forms import (
    Call,
    Join,
    Place,
    PlacedCall,
    Text,
    path_of,
    walk,
)
from inventory.scripts.hosts import host_of, is_relay, query_of, user_of
from inventory.scripts.techniques.creation import Creation
from inventory.scripts.techniques.facts import Facts, is_secret
from inventory.scripts.techniques.inside import MAX_INSIDE
from inventory.scripts.techniques.libraries import (
    Client,
)
from inventory.scripts.values import UNKNOWN, Value

OTHER_SERVERS = ("imap", "pop3", "ftp", "telnet", "ldap", "nntp", "ssh", "requests")
"""Words for what is logged in to, but takes no mail."""


class Reader(Creation):
    def add(self, found: Found, made: PlacedCall, spec: Client, facts: Facts) -> None:
        if finding := self.finding(made, spec, facts, 2):
            found.findings.append(finding)
            found.secrets += self.secrets(facts)

    def finding(
        self, created: PlacedCall, spec: Client, facts: Facts, siblings: int
    ) -> Finding | None:
        if spec.technique == "JavaMail" and not facts.hosts:
            return None
        if not facts.has_login and spec.technique in ("smtplib", "SmtpClient") and siblings == 1:
            self.adopt(facts)
        if not facts.is_sent and not facts.has_login and not self.escapes(created):
            return None
        host, line = self.host(facts)
        technique = spec.technique
        if technique == "SmtpClient":
            is_mailkit = facts.is_mailkit or "MailKit" in self.unit.text
            technique = "MailKit" if is_mailkit else "System.Net.Mail"
        if technique == "PHPMailer" and not facts.hosts:
            if "isSMTP" in self.unit.text or "IsSMTP" in self.unit.text:
                host = "localhost"
            elif not facts.is_sent:
                return None
            else:
                host = host or "localhost"
        if not host and not facts.hosts:
            if technique == "System.Net.Mail" and self.has_mail_settings():
                return by_mail_settings(self, created, facts)
            if facts.has_login or spec.default_host:
                host = spec.default_host
            elif technique in ("smtplib", "aiosmtplib", "nodemailer", "CDO.Message"):
                host = "" if self.is_configured(created) else "localhost"
        if facts.hosts and not host and self.is_wrapper(facts):
            return None
        account, source = self.account(facts)
        auth = self.auth(facts, host)
        if auth == "none":
            account, source = "", ""
        return Finding(
            path=self.unit.path,
            line=line or created.call.line,
            technique=technique,
            host=host,
            account=account,
            auth=auth,
            account_source=source,
        )

    def is_configured(self, created: PlacedCall) -> bool:
        """A client made from something that is not a host: a table or an object not known."""
        return bool(created.call.args or created.call.named)

    def has_mail_settings(self) -> bool:
        """A `<mailSettings>` nearby, which .NET takes for a client that is told nothing."""
        project = self.resolver.project
        return self.unit.language in ("csharp", "visualbasic") and any(
            path in project.mail_settings for _, path in project.nearby_folders(self.unit.path)
        )

    def adopt(self, facts: Facts) -> None:
        """The only client of the file has the login that no variable ties to it."""
        for one in self.unit.calls:
            method = one.call.method.lower()
            if method in ("login", "authenticate", "authenticateasync") and len(one.call.args) >= 2:
                owner = path_of(one.call.receiver)
                if owner and not self.is_other_server(owner, one.place):
                    self.login(facts, one.call, one.place)
            elif method in ("sendmail", "send_message"):
                facts.is_sent = True

    def is_other_server(self, owner: tuple[str, ...], place: Place) -> bool:
        """What logs in somewhere else: `ftp.login(…)`."""
        made = [
            "".join((one.method, *path_of(one.receiver))).lower()
            for assign in self.resolver.assigned(owner, place)
            for one in walk(assign.value)[:20]
            if isinstance(one, Call)
        ]
        return any(
            word in text
            for text in (owner[-1].lower(), *made)
            for word in OTHER_SERVERS
            if "smtp" not in text
        )

    def escapes(self, created: PlacedCall) -> bool:
        """The client is returned or handed on."""
        for function in self.unit.functions:
            for value in function.returns:
                if any(one is created.call for one in walk(value)):
                    return True
                for path, _ in self.names_of(created):
                    if any(path_of(one) == path for one in walk(value)):
                        return True
        names = [path for path, _ in self.names_of(created)]
        if any(path[0].startswith(".") for path in names):
            return True
        return any(
            path_of(arg) in names or arg is created.call
            for one in self.unit.calls
            for arg in one.call.args
        )

    def is_wrapper(self, facts: Facts) -> bool:
        """Library code: the host is a parameter that nobody here fills."""
        for expr, _place in facts.hosts:
            path = path_of(expr)
            if not path:
                return False
            name = path[-1].removeprefix(".")
            for function in self.unit.functions:
                if function.scope and name in [one for one, _ in function.parameters]:
                    return True
        return False

    def host(self, facts: Facts) -> tuple[str, int]:
        found = [best_host(self.resolver, expr, place) for expr, place in facts.hosts]
        found = [pair for pair in found if pair[0]]
        if found:
            return found[-1]
        for expr, place in facts.hosts:
            values = self.resolver.values(expr, place)
            return "", (values[0].line if values else self.resolver.lookup_line(expr, place))
        return "", 0

    def account(self, facts: Facts) -> tuple[str, str]:
        for expr, place in facts.hosts:  # smtp://user:secret@host
            for value in self.resolver.values(expr, place):
                user, _ = user_of(value.text)
                if user and UNKNOWN not in user:
                    facts.has_login = True
                    return user.lower() if "@" in user else user, value.source
                if "@" in value.text and "://" in value.text:
                    facts.has_login = True
        found = [best_account(self.resolver, expr, place) for expr, place in facts.users]
        found = [pair for pair in found if pair[0]]
        if facts.is_oauth:
            found = [pair for pair in found if "@" in pair[0]] or self.oauth_accounts(facts)
        addresses = [pair for pair in found if "@" in pair[0]]
        return (addresses or found or [("", "")])[0]

    def oauth_accounts(self, facts: Facts) -> list[tuple[str, str]]:
        """The user in `user=…^Aauth=Bearer …`, however it was put together."""
        found = []
        for expr, place in facts.users:
            for one in self.inside(expr, place):
                if isinstance(one, Join | Text | Call):
                    for value in self.resolver.values(one, place):
                        _, sign, after = value.text.partition("user=")
                        name = after.partition("\x01")[0].partition("\\x01")[0]
                        if sign and "@" in name and UNKNOWN not in name:
                            found.append((name.strip().lower(), value.source))
        if not found:
            told = [(one.value, one.place) for one in self.unit.assigns]
            for function in self.unit.functions:
                there = Place(function.scope, (), 10**9)
                told += [(value, there) for value in function.returns]
            pieces = [
                (one, there)
                for expr, there in told
                for one in walk(expr)[:MAX_INSIDE]
                if isinstance(one, Join | Text | Call)
            ]
            for one, there in pieces:
                for value in self.resolver.values(one, there)[:1]:
                    _, sign, after = value.text.partition("user=")
                    name = after.partition("\x01")[0].partition("\\x01")[0]
                    if sign and "@" in name and UNKNOWN not in name:
                        found.append((name.strip().lower(), value.source))
        return found

    def auth(self, facts: Facts, host: str) -> str:
        for expr, place in facts.hosts:
            for value in self.resolver.values(expr, place):
                if "xoauth2" in query_of(value.text, "auth").lower():
                    return "oauth"
        if facts.is_oauth:
            return "oauth"
        if facts.is_off or is_relay(host):
            return "none"
        return "basic" if facts.has_login else "none"

    def secrets(self, facts: Facts) -> list[Secret]:
        found = []
        for expr, place in facts.passwords:
            for value in self.resolver.values(expr, place)[:1]:
                if value.source == "literal" and value.is_known and is_secret(value.text):
                    found.append(Secret(self.unit.path, value.line, "password"))
        for expr, place in facts.hosts:
            for value in self.resolver.values(expr, place)[:1]:
                if value.source == "literal" and is_secret(user_of(value.text)[1]):
                    found.append(Secret(self.unit.path, value.line, "password in a URL"))
        return found


NETWORK = ("mailSettings", "smtp", "network")


def by_mail_settings(reader: Reader, created: PlacedCall, facts: Facts) -> Finding | None:
    """What `<mailSettings>` nearby tells a client of .NET that is told nothing."""
    unit, project = reader.unit, reader.resolver.project
    told = project.setting(unit, (*NETWORK, "host"), False)
    if told is None:
        return None  # It writes its mail into a folder.
    host = host_of(told[0].text)
    account, source = reader.account(facts)
    user = project.setting(unit, (*NETWORK, "userName"), False)
    if not account and user is not None:
        entry, file = user
        account = account_in(Value(entry.text, entry.line, ""))
        source = f"config:{file.path}" if account else ""
    auth = "basic" if (facts.has_login or user is not None) and not is_relay(host) else "none"
    return Finding(
        unit.path, created.call.line, "System.Net.Mail", host,
        account if auth == "basic" else "", auth, source if auth == "basic" else "",
    )  # fmt: skip
