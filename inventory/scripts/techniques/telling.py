"""What one call or one setting tells a mail client."""

from __future__ import annotations

from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Member,
    Name,
    Other,
    Place,
    PlacedCall,
    Sequence,
    Table,
    Text,
    chain_root,
    path_of,
    walk,
)
from inventory.scripts.techniques.encoded import logins
from inventory.scripts.techniques.facts import Facts
from inventory.scripts.techniques.holders import Holders
from inventory.scripts.techniques.inside import account_of_credential
from inventory.scripts.techniques.libraries import (
    CONNECTS,
    CREDENTIALS,
    HOSTS,
    LOGINS,
    NESTED,
    OAUTH_CREDENTIALS,
    OAUTH_WORDS,
    PASSWORDS,
    SENDS,
    SERVICES,
    USERS,
    Client,
)
from inventory.scripts.values import UNKNOWN

COMMANDS = ("docmd", "putcmd", "command")
"""How libraries call a command of SMTP that the script itself spells."""

READING = ("mail.imap", "mail.pop3", "mail.store")
"""How settings begin that are about a mailbox."""

GO_LOGINS = {"PlainAuth": 1, "CRAMMD5Auth": 0, "LoginAuth": 0}


class Telling(Holders):
    def used(self, facts: Facts, use: PlacedCall, spec: Client) -> None:
        call, place = use.call, use.place
        method = call.method.lower()
        if method in CONNECTS:
            facts.is_mailkit |= method.startswith("connect")
            if call.args or call.named:
                host = call.arg(0, "host", "hostname")
                if host is not None:
                    facts.hosts.append((host, place))
        elif method in LOGINS:
            self.login(facts, call, place)
        elif method in ("auth", *COMMANDS) and self.speaks_oauth(call, place):
            facts.has_login = facts.is_oauth = True
            facts.users += [(arg, place) for arg in call.args]
        elif method == "auth" and self.unit.language == "go":
            self.go_login(facts, call, place)
            facts.has_login = True
        elif method == "auth" and self.unit.language == "perl":
            self.login(facts, call, place)
        elif method == "auth" or (method in COMMANDS and self.starts(call, "auth")):
            facts.has_login = True
            facts.users += logins(self.resolver)[0] if method in COMMANDS else []
        elif method in SENDS or method.startswith("send"):
            facts.is_sent = True
        elif method in ("setprop", "put", "setproperty", "item") and len(call.args) > 1:
            key = self.resolver.text(call.args[0], place)
            if key == UNKNOWN and isinstance(call.args[0], Name):
                key = call.args[0].name.removeprefix("cdo")  # A constant of the library.
            self.told(facts, key, call.args[1], place)
        elif method.startswith(("set", "with")) and call.args:
            self.told(facts, method.removeprefix("set").removeprefix("with"), call.args[0], place)

    def login(self, facts: Facts, call: Call, place: Place) -> None:
        if call.args and self.resolver.is_never_given(call.args[0], place):
            return
        facts.has_login = True
        args = call.args or tuple(value for _, value in call.named)
        inner = [pair for arg in args for pair in self.placed_inside(arg, place)]
        for one, there in inner:
            if isinstance(one, Call) and one.method.lower() in OAUTH_CREDENTIALS:
                facts.is_oauth = True
                facts.users += [(arg, there) for arg in one.args[:1]]
                return
            if isinstance(one, Call) and one.method.lower() in CREDENTIALS:
                self.credential(facts, one, there)
                return
        for name, value in call.named:
            table = self.resolver.table(value, place) if name == "**" else None
            for key, one in table.items if table is not None else ():
                self.told(facts, key, one, place)
        spread = self.spread(call, place)
        if spread is not None:
            items, there = spread
            facts.users += [(one, there) for one in items[:1]]
            facts.passwords += [(one, there) for one in items[1:2]]
            return
        user = call.arg(0, "user", "username", "userName")
        first = self.resolver.text(user, place)
        if (len(call.args) > 2 and "encoding" in first.lower()) or (
            "encoding" in "".join(path_of(user)).lower() and len(call.args) > 2
        ):
            user = call.args[1]
        if user is not None:
            facts.users.append((user, place))
        password = call.arg(1, "password")
        if password is not None:
            facts.passwords.append((password, place))

    def spread(self, call: Call, place: Place) -> tuple[tuple[Expr, ...], Place] | None:
        """The list that `login(*credentials)` hands over."""
        if len(call.args) != 1:
            return None
        one = call.args[0]
        one = one.parts[0] if isinstance(one, Other) and len(one.parts) == 1 else one
        if isinstance(one, Call):
            for function in self.resolver.called_with(one, place):
                for value in function.returns:
                    if isinstance(value, Sequence) and len(value.items) > 1:
                        return value.items, Place(function.scope, (), 10**9)
        assigns = self.resolver.assigned(path_of(one), place) if path_of(one) else []
        told = [each.value for each in assigns]
        if isinstance(one, Index | Member) and (table := self.resolver.table(one.of, place)):
            key = one.name if isinstance(one, Member) else self.resolver.text(one.key, place)
            told += [value for value in (table.get(key),) if value is not None]
        lists = [value for value in told if isinstance(value, Sequence)]
        return (lists[0].items, place) if lists and len(lists[0].items) > 1 else None

    def credential(self, facts: Facts, call: Call, place: Place) -> None:
        if call.args and self.resolver.is_never_given(call.args[0], place):
            return
        facts.has_login = True
        named = dict(call.named)
        user = call.arg(0, "username", "UserName")
        if user is None and not call.args:
            self.set_later(facts, call)
        if user is not None:
            facts.users.append((user, place))
        secret = call.arg(1, "password") or named.get("Password")
        if secret is not None:
            facts.passwords.append((secret, place))

    def set_later(self, facts: Facts, call: Call) -> None:
        """`$login = New-Object NetworkCredential; $login.UserName = …`."""
        held = {one.path for one in self.unit.assigns if one.value is call}
        for assign in self.unit.assigns:
            if assign.path[:-1] in held:
                self.told(facts, assign.path[-1], assign.value, assign.place)

    def told(self, facts: Facts, name: str, value: Expr, place: Place) -> None:
        """One setting of the client."""
        key = name.lower()
        if key.startswith(READING) or self.is_left_out(key, value, place):
            return
        if key in HOSTS:
            if isinstance(value, Sequence) and value.items:  # (host, port)
                value = value.items[0]
            facts.hosts.append((value, place))
        elif key in USERS:
            facts.users.append((value, place))
            facts.has_login = True
        elif key in PASSWORDS:
            facts.passwords.append((value, place))
            facts.has_login = True
        elif key in ("credentials", "credential", "authenticator", "oauth", "accesstoken"):
            self.credentials(facts, key, value, place)
        elif key in ("authtype", "type", "authmechanism", "auth_mode", "authmode") or (
            key.endswith(("auth.mechanisms", "authtype", "sasl.mechanisms"))
        ):
            text = self.resolver.text(value, place).lower()
            if any(word in text for word in OAUTH_WORDS):
                facts.has_login = facts.is_oauth = True
        elif key in ("smtpauth", "mail.smtp.auth") and self.is_false(value, place):
            facts.is_off = True
        elif key == "service":
            service = self.resolver.text(value, place).lower().replace(" ", "")
            if service in SERVICES:
                facts.hosts.append((Text(SERVICES[service], value.line), place))
        elif key == "port":
            facts.port = self.resolver.text(value, place)
        elif key in NESTED and (table := self.resolver.table(value, place)) is not None:
            for inner, one in table.items:
                self.told(facts, inner, one, place)
        elif key == "usefactory":
            self.made_by(facts, value, place)
        elif key == "item" or (key == "value" and "cdo" in self.unit.text.lower()):
            return
        elif key in ("url", "dsn"):
            facts.hosts.append((value, place))

    def is_left_out(self, key: str, value: Expr, place: Place) -> bool:
        """A login that the function would take, but nothing gives it."""
        if key in NESTED and (table := self.resolver.table(value, place)) is not None:
            users = [one for name, one in table.items if name.lower() in USERS]
            return any(self.resolver.is_never_given(one, place) for one in users)
        return key in USERS | PASSWORDS and self.resolver.is_never_given(value, place)

    def made_by(self, facts: Facts, value: Expr, place: Place) -> None:
        """What a function that stands here returns."""
        table = next((one for one in walk(value) if isinstance(one, Table)), None)
        for inner, one in table.items if table is not None else ():
            self.told(facts, inner, one, place)

    def credentials(self, facts: Facts, key: str, value: Expr, place: Place) -> None:
        if isinstance(value, Sequence) and value.items:
            facts.has_login = True
            facts.users.append((value.items[0], place))
            facts.passwords += [(one, place) for one in value.items[1:2]]
            return
        if key in ("oauth", "accesstoken"):
            facts.has_login = facts.is_oauth = True
            for one in self.inside(value, place):
                if isinstance(one, Table) and (user := one.get("userName")) is not None:
                    facts.users.append((user, place))
            return
        for inner, there in self.placed_inside(value, place):
            if not isinstance(inner, Call):
                continue
            if inner.method.lower() == "credentialcache":
                for added in self.resolver.calls.get("add", []):
                    if path_of(added.call.receiver) == path_of(value) and added.call.args:
                        self.credentials(facts, key, added.call.args[-1], added.place)
                return
            if inner.method.lower() in CREDENTIALS:
                self.credential(facts, inner, there)
                return
        text = "".join(path_of(value)).lower()
        if "default" in text or self.resolver.text(value, place) in ("null", "None"):
            return
        facts.has_login = True
        account = account_of_credential(self, value, place)
        if account is not None:
            facts.users.append((account, place))
        elif (root := chain_root(value)) is not None:
            facts.credentials.append((root, place))

    def go_login(self, facts: Facts, call: Call, place: Place) -> None:
        """`smtp.PlainAuth("", user, secret, host)`, and options such as `WithUsername(user)`."""
        inner = [pair for arg in call.args for pair in self.placed_inside(arg, place)]
        for one, there in inner:
            if not isinstance(one, Call):
                continue
            position = GO_LOGINS.get(one.method, -1)
            if 0 <= position < len(one.args) - 1:
                facts.users.append((one.args[position], there))
                facts.passwords.append((one.args[position + 1], there))
                facts.has_login = True
            elif one.method.startswith("With") and one.args:
                self.told(facts, one.method.removeprefix("With"), one.args[0], there)
        if call.method == "SendMail" and len(call.args) > 2:
            is_nothing = getattr(call.args[1], "text", "") == "nil"
            facts.has_login = facts.has_login or not is_nothing
        if not facts.users and call.method in ("SendMail", "Auth") and call.args:
            self.own_login(facts, call.args[1 if call.method == "SendMail" else 0], place)

    def own_login(self, facts: Facts, given: Expr, place: Place) -> None:
        """`&loginAuth{user, secret}`, a type of the program's own that logs in."""
        for one, there in self.placed_inside(given, place):
            if isinstance(one, Sequence) and len(one.items) > 1:
                facts.users.append((one.items[0], there))
                facts.passwords.append((one.items[1], there))
                return
            if isinstance(one, Call) and one.is_new and one.named:
                for name, value in one.named:
                    self.told(facts, name, value, there)
                return

    def is_false(self, value: Expr, place: Place) -> bool:
        return self.resolver.text(value, place).lower() in ("false", "0")

    def starts(self, call: Call, word: str) -> bool:
        return bool(call.args) and self.resolver.text(
            call.args[0], Place((), (), 0)
        ).lower().startswith(word)

    def speaks_oauth(self, call: Call, place: Place) -> bool:
        return any(
            "xoauth2" in one.text.lower() or "oauthbearer" in one.text.lower()
            for arg in call.args
            for one in walk(arg)
            if isinstance(one, Text)
        )
