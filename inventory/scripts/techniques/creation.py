"""All that a mail client is told: where it is made, where it is used, and for JavaMail in the
properties and the authenticator beside it."""

from __future__ import annotations

from inventory.scripts.definitions import sees
from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Place,
    PlacedCall,
    Sequence,
    Table,
    Text,
    path_of,
    walk,
)
from inventory.scripts.hosts import MAIL_READING_PORTS
from inventory.scripts.techniques.facts import Facts
from inventory.scripts.techniques.libraries import (
    URL_LOOKUPS,
    Client,
)
from inventory.scripts.techniques.telling import Telling


class Creation(Telling):
    def facts(self, created: PlacedCall, spec: Client) -> Facts:
        facts = Facts(is_sent=spec.is_once or spec.is_factory)
        self.creation(facts, created, spec)
        names = self.names_of(created)
        for use in self.uses(created, names):
            if spec.technique != "JavaMail" or not self.is_store(use):
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
            if spec.technique == "yagmail" and isinstance(expr, Table) and expr.items:
                expr = Text(expr.items[0][0], expr.line)  # {address: name}
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

    def asked(self, facts: Facts, given: Expr, place: Place) -> None:
        """An object that only settings elsewhere know: what the library will read of it."""
        for keys, listed in ((("host",), facts.hosts), (("auth", "user"), facts.users)):
            one = given
            for key in keys:
                one = Index(one, Text(key, given.line), given.line)
            if self.resolver.first(one, place) is not None:
                listed.append((one, place))
        facts.has_login = bool(facts.users)

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
        texts = {self.resolver.text(arg, placed.place) for arg in placed.call.args}
        return not texts.isdisjoint(MAIL_READING_PORTS) or any(
            isinstance(one, Call) and one.method == "getStore"
            for one in self.inside(placed.call.receiver, placed.place)
        )


def unwrapped(arg: Expr) -> Expr:
    """The table in `smtpTransport({…})`."""
    is_made = isinstance(arg, Call) and "transport" in arg.method.lower() and len(arg.args) == 1
    return arg.args[0] if is_made and isinstance(arg, Call) else arg


def pairs_in(args: tuple[Expr, ...]) -> list[tuple[str, Expr]]:
    """`Map.of(key, value, …)` and `Map.entry(key, value)`."""
    found = []
    for arg in args:
        for one in walk(arg):
            if isinstance(one, Call) and one.method in ("of", "entry"):
                pairs = zip(one.args[::2], one.args[1::2], strict=False)
                found += [(key.text, value) for key, value in pairs if isinstance(key, Text)]
    return found
