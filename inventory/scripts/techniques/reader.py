"""What a client is told, wherever a file tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from inventory.scripts.findings import Finding, Found, Secret, best_account, best_host
from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Join,
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
from inventory.scripts.hosts import is_relay, query_of, user_of
from inventory.scripts.resolve import UNKNOWN, Resolver, sees
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
    SETTINGS_OF_CLIENTS,
    URL_LOOKUPS,
    USERS,
    Client,
    spec_of,
)

MAX_INSIDE = 300
GO_LOGINS = {"PlainAuth": 1, "CRAMMD5Auth": 0, "LoginAuth": 0}


@dataclass
class Facts:
    """What a client is told."""

    hosts: list[tuple[Expr, Place]] = field(default_factory=list)
    users: list[tuple[Expr, Place]] = field(default_factory=list)
    passwords: list[tuple[Expr, Place]] = field(default_factory=list)
    has_login: bool = False
    is_oauth: bool = False
    is_off: bool = False
    """Login is switched off."""
    is_sent: bool = False
    is_mailkit: bool = False
    port: str = ""


def unwrapped(arg: Expr) -> Expr:
    """The table in `smtpTransport({…})`."""
    is_made = isinstance(arg, Call) and "transport" in arg.method.lower() and len(arg.args) == 1
    return arg.args[0] if is_made and isinstance(arg, Call) else arg


class Reader:
    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.unit = resolver.unit

    def add(self, found: Found, made: PlacedCall, spec: Client, facts: Facts) -> None:
        if finding := self.finding(made, spec, facts, 2):
            found.findings.append(finding)
            found.secrets += self.secrets(facts)

    def is_made(self, path: tuple[str, ...], place: Place) -> bool:
        """Whether a client under this name is made in this file."""
        return any(
            isinstance(part, Call) and spec_of(self.resolver, part) is not None
            for assign in self.unit.assigns
            if assign.path[-1].lstrip(".") == path[-1].lstrip(".")
            for part in walk(assign.value)
        )

    # -- what the client is told -----------------------------------------------------------------

    def facts(self, created: PlacedCall, spec: Client) -> Facts:
        facts = Facts(is_sent=spec.is_once or spec.is_factory)
        self.creation(facts, created, spec)
        names = self.names_of(created)
        for use in self.uses(created, names):
            self.used(facts, use, spec)
        for name, value, place in self.members(created, names):
            self.told(facts, name, value, place)
        if spec.technique == "JavaMail":
            self.java_mail(facts, created)
        return facts

    def creation(self, facts: Facts, created: PlacedCall, spec: Client) -> None:
        call, place = created.call, created.place
        for position, listed in ((spec.host, facts.hosts), (spec.user, facts.users)):
            expr = call.args[position] if 0 <= position < len(call.args) else None
            if expr is not None and self.resolver.table(expr, place) is None:
                if isinstance(expr, Sequence) and expr.items:
                    expr = expr.items[0]
                listed.append((expr, place))
        if 0 <= spec.password < len(call.args):
            facts.passwords.append((call.args[spec.password], place))
        facts.has_login = bool(facts.users)
        if call.method.lower() in URL_LOOKUPS:
            told = Call("getenv", None, call.args, call.named, call.line)
            facts.hosts.append((told, place))
        if self.unit.language == "go":
            self.go_login(facts, call, place)
        args = [unwrapped(arg) for arg in call.args]
        tables = [self.resolver.table(arg, place) for arg in args]
        if spec.technique == "nodemailer" and args and tables[0] is None:
            self.asked(facts, args[0], place)
        for table in tables:
            for name, value in table.items if table is not None else ():
                self.told(facts, name, value, place)
        for name, value in call.named:
            if name == "**":
                inner = self.resolver.table(value, place)
                for key, one in inner.items if inner is not None else ():
                    self.told(facts, key, one, place)
            elif name == "@":
                continue
            else:
                self.told(facts, name, value, place)

    def go_login(self, facts: Facts, call: Call, place: Place) -> None:
        """`smtp.PlainAuth("", user, secret, host)`, and options such as `WithUsername(user)`."""
        inner = [pair for arg in call.args for pair in self.placed_inside(arg, place)]
        for one, there in inner:
            if isinstance(one, Call) and one.method in GO_LOGINS and len(one.args) > 2:
                user = one.args[GO_LOGINS[one.method]]
                facts.users.append((user, there))
                facts.passwords.append((one.args[GO_LOGINS[one.method] + 1], there))
                facts.has_login = True
            elif isinstance(one, Call) and one.method.startswith("With") and one.args:
                self.told(facts, one.method.removeprefix("With"), one.args[0], there)

    def asked(self, facts: Facts, given: Expr, place: Place) -> None:
        """An object that only settings elsewhere know: what the library will read of it."""
        for keys, listed in ((("host",), facts.hosts), (("auth", "user"), facts.users)):
            one = given
            for key in keys:
                one = Index(one, Text(key, given.line), given.line)
            if self.resolver.first(one, place) is not None:
                listed.append((one, place))
        facts.has_login = bool(facts.users)

    def names_of(self, created: PlacedCall) -> list[tuple[tuple[str, ...], Place]]:
        """The variables that hold the client."""
        found = []
        for assign in self.unit.assigns:
            value = assign.value
            holds = value is created.call or chain_root(value) is created.call
            if not holds and isinstance(value, Call | Other):
                root: Expr | None = value
                while isinstance(root, Call):
                    if root is created.call:
                        holds = True
                    root = root.receiver
            if not holds:
                holds = any(one is created.call for one in walk(value)[:60]) and not isinstance(
                    value, Table
                )
            if holds and not (isinstance(value, Call) and created.call in value.args):
                found.append((assign.path, assign.place))
        found += self.parts_given(found)
        return found + self.parts_of(found)

    def parts_given(
        self, names: list[tuple[tuple[str, ...], Place]]
    ) -> list[tuple[tuple[str, ...], Place]]:
        """What is made by itself and handed over: `Set msg.Configuration = conf`."""
        held = {path for path, _ in names}
        given = {
            path
            for assign in self.unit.assigns
            if assign.path[:-1] in held and assign.path[-1].lower() in SETTINGS_OF_CLIENTS
            if (path := path_of(assign.value))
        }
        return [(one.path, one.place) for one in self.unit.assigns if one.path in given]

    def parts_of(
        self, names: list[tuple[tuple[str, ...], Place]]
    ) -> list[tuple[tuple[str, ...], Place]]:
        """The variables that hold the settings of the client: `$fields = $msg.….Fields`."""
        held = {path for path, _ in names}
        return [
            (assign.path, assign.place)
            for assign in self.unit.assigns
            if isinstance(assign.value, Member | Call)
            and last_name(assign.value) in SETTINGS_OF_CLIENTS
            and path_of(chain_root(assign.value)) in held
        ]

    def uses(
        self, created: PlacedCall, names: list[tuple[tuple[str, ...], Place]]
    ) -> Iterator[PlacedCall]:
        for one in self.unit.calls:
            owner = one.call.receiver
            if owner is None:
                continue
            paths = (path_of(owner), path_of(chain_root(owner)))
            if is_chained(owner, created.call) or any(
                self.is_of(path, one.place, names) for path in paths if path
            ):
                yield one

    def members(
        self, created: PlacedCall, names: list[tuple[tuple[str, ...], Place]]
    ) -> Iterator[tuple[str, Expr, Place]]:
        for assign in self.unit.assigns:
            for length in range(1, len(assign.path)):
                if self.is_of(assign.path[:length], assign.place, names):
                    yield assign.path[-1], assign.value, assign.place
                    break

    def is_of(
        self, path: tuple[str, ...], place: Place, names: list[tuple[tuple[str, ...], Place]]
    ) -> bool:
        """Whether the variable still holds the client there."""
        for name, made in names:
            bare = name[0].removeprefix(".")
            if path not in (name, ("." + bare, *name[1:]), (bare, *name[1:])):
                continue
            is_seen = name[0].startswith(".") or sees(place, made)
            if is_seen and not self.is_replaced(name, made, place):
                return True
        return False

    def is_replaced(self, name: tuple[str, ...], made: Place, place: Place) -> bool:
        """A later creation under the same name stands between."""
        return any(
            one.path == name
            and one.place.scope == made.scope
            and made.order < one.place.order < place.order
            and any(
                isinstance(part, Call) and spec_of(self.resolver, part) for part in walk(one.value)
            )
            for one in self.unit.assigns
        )

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
        elif method in ("auth", "docmd", "putcmd") and self.speaks_oauth(call, place):
            facts.has_login = facts.is_oauth = True
            facts.users += [(arg, place) for arg in call.args]
        elif method == "auth" and self.unit.language == "go":
            self.go_login(facts, call, place)
            facts.has_login = True
        elif method == "auth" and self.unit.language == "perl":
            self.login(facts, call, place)
        elif method == "auth" or (method == "docmd" and self.starts(call, "auth")):
            facts.has_login = True
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
        spread = self.spread(call, place)
        if spread is not None:
            facts.users += [(one, place) for one in spread.items[:1]]
            facts.passwords += [(one, place) for one in spread.items[1:2]]
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

    def spread(self, call: Call, place: Place) -> Sequence | None:
        """The list that `login(*credentials)` hands over."""
        if len(call.args) != 1:
            return None
        one = call.args[0]
        one = one.parts[0] if isinstance(one, Other) and len(one.parts) == 1 else one
        assigns = self.resolver.assigned(path_of(one), place) if path_of(one) else []
        lists = [each.value for each in assigns if isinstance(each.value, Sequence)]
        return lists[0] if lists and len(lists[0].items) > 1 else None

    def credential(self, facts: Facts, call: Call, place: Place) -> None:
        facts.has_login = True
        named = dict(call.named)
        user = call.arg(0, "username", "UserName")
        if user is not None:
            facts.users.append((user, place))
        secret = call.arg(1, "password") or named.get("Password")
        if secret is not None:
            facts.passwords.append((secret, place))

    def inside(self, expr: Expr | None, place: Place) -> list[Expr]:
        return [one for one, _ in self.placed_inside(expr, place)]

    def placed_inside(self, expr: Expr | None, place: Place) -> list[tuple[Expr, Place]]:
        """Everything in an expression, through the variables in it, the nearest first, each with
        the place where it stands."""
        found: list[tuple[Expr, Place]] = []
        seen: set[int] = set()
        waiting = [(expr, place)] if expr is not None else []
        while waiting and len(found) < MAX_INSIDE:
            one, there = waiting.pop(0)
            if id(one) in seen:
                continue
            seen.add(id(one))
            for part in walk(one)[:MAX_INSIDE]:
                found.append((part, there))
                if path := path_of(part):
                    assigns = self.resolver.assigned(path, there)
                    waiting += [(assign.value, assign.place) for assign in assigns]
                    waiting += self.resolver.handed(path, there)
                elif isinstance(part, Call) and part.receiver is None:
                    waiting += [
                        (returned, Place(function.scope, (), 10**9))
                        for function in self.resolver.functions_of(part)
                        for returned in function.returns
                    ]
        return found

    def told(self, facts: Facts, name: str, value: Expr, place: Place) -> None:
        """One setting of the client."""
        key = name.lower()
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

    def made_by(self, facts: Facts, value: Expr, place: Place) -> None:
        """What a function that stands here returns."""
        table = next((one for one in walk(value) if isinstance(one, Table)), None)
        for inner, one in table.items if table is not None else ():
            self.told(facts, inner, one, place)

    def is_false(self, value: Expr, place: Place) -> bool:
        return self.resolver.text(value, place).lower() in ("false", "0")

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
            if isinstance(inner, Call) and inner.method.lower() in CREDENTIALS:
                self.credential(facts, inner, there)
                return
        text = "".join(path_of(value)).lower()
        if "default" in text or self.resolver.text(value, place) in ("null", "None"):
            return
        facts.has_login = True
        account = account_of_credential(self, value, place)
        if account is not None:
            facts.users.append((account, place))

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

    # -- JavaMail --------------------------------------------------------------------------------

    def java_mail(self, facts: Facts, created: PlacedCall) -> None:
        """Its settings are in Properties, its login in an Authenticator or in the transport."""
        call, place = created.call, created.place
        props = path_of(call.args[0]) if call.args else ()
        for one in self.unit.calls:
            owner = path_of(one.call.receiver)
            near = sees(one.place, place) or sees(place, one.place)
            if one.call.method in ("put", "setProperty", "putIfAbsent") and len(one.call.args) > 1:
                if owner in (props, ()) or not props or not near:
                    key = self.resolver.text(one.call.args[0], one.place)
                    if key.startswith("mail.") and near:
                        self.told(facts, key, one.call.args[1], one.place)
            elif one.call.method == "putAll" and owner == props and near:
                for key, value in pairs_in(one.call.args):
                    self.told(facts, key, value, one.place)
            elif one.call.method == "PasswordAuthentication" and one.call.is_new:
                if near or len(call.args) > 1:
                    self.credential(facts, one.call, one.place)
            elif (
                one.call.method == "connect"
                and near
                and len(one.call.args) >= 2
                and not self.is_store(one)
            ):
                args = one.call.args
                if len(args) >= 3:
                    facts.hosts.append((args[0], one.place))
                facts.users.append((args[-2], one.place))
                facts.passwords.append((args[-1], one.place))
                facts.has_login = True
            elif one.call.method == "send" and owner == ("Transport",) and len(one.call.args) >= 3:
                facts.users.append((one.call.args[-2], one.place))
                facts.has_login = True
        if not facts.hosts and any(one.call.method == "load" for one in self.unit.calls):
            keys = (Text("mail.smtp.host", call.line),)
            lookup = Call("getProperty", None, keys, (), call.line)
            if self.resolver.values(lookup, place):
                facts.hosts.append((lookup, place))

    def is_store(self, placed: PlacedCall) -> bool:
        """A mailbox that is read, not a transport."""
        return any(
            isinstance(one, Call) and one.method == "getStore"
            for one in self.inside(placed.call.receiver, placed.place)
        )

    # -- the finding -----------------------------------------------------------------------------

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
            if facts.has_login or spec.default_host:
                host = spec.default_host
            elif technique == "System.Net.Mail" and self.has_mail_settings():
                return None
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
        return any(
            path in project.mail_settings for _, path in project.nearby_folders(self.unit.path)
        )

    def adopt(self, facts: Facts) -> None:
        """The only client of the file has the login that no variable ties to it."""
        for one in self.unit.calls:
            method = one.call.method.lower()
            if method in ("login", "authenticate", "authenticateasync") and len(one.call.args) >= 2:
                owner = path_of(one.call.receiver)
                if owner and "imap" not in owner[-1].lower():
                    self.login(facts, one.call, one.place)
            elif method in ("sendmail", "send_message"):
                facts.is_sent = True

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


def is_secret(text: str) -> bool:
    """Not empty and no reference to where the secret is."""
    plain = text.strip()
    if not plain or plain.lower() in ("null", "none", "false", "true", "undefined"):
        return False
    return UNKNOWN not in plain and not plain.startswith(("${", "{{", "$(", "%", "<", "#{"))


def last_name(expr: Member | Call) -> str:
    return (expr.name if isinstance(expr, Member) else expr.method).lower()


def is_chained(owner: Expr, created: Call) -> bool:
    waiting: Expr | None = owner
    while waiting is not None:
        if waiting is created:
            return True
        match waiting:
            case Call(receiver=receiver):
                waiting = receiver
            case Other(parts=parts) if len(parts) == 1:
                waiting = parts[0]
            case _:
                waiting = getattr(waiting, "of", None)
    return False


def account_of_credential(reader: Reader, value: Expr, place: Place) -> Expr | None:
    """Who a PowerShell credential is for, as far as the script says."""
    for one in reader.inside(value, place):
        if isinstance(one, Call) and one.method.lower() == "get-credential":
            named = dict(one.named)
            found = named.get("username") or named.get("credential")
            words = [arg for arg in one.args if not is_option(arg)]
            return found or (words[0] if words else None)
    return None


def pairs_in(args: tuple[Expr, ...]) -> list[tuple[str, Expr]]:
    """`Map.of(key, value, …)` and `Map.entry(key, value)`."""
    found = []
    for arg in args:
        for one in walk(arg):
            if isinstance(one, Call) and one.method in ("of", "entry"):
                pairs = zip(one.args[::2], one.args[1::2], strict=False)
                found += [(key.text, value) for key, value in pairs if isinstance(key, Text)]
    return found


def is_option(expr: Expr) -> bool:
    return isinstance(expr, Text) and expr.text.startswith("-")
