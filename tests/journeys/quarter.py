"""An organisation whose weeks are exported as Microsoft would give them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.inventory.test_ingest import HEADER

DAY = dt.timedelta(days=1)
OFFICE = "203.0.113.9"


@dataclass
class Thing:
    """A device or script, and from which day on it sends which way."""

    host: str
    mailbox: str
    ways: list[tuple[dt.date, str]]
    """`Basic`, `OAuth`, `relay` or nothing."""
    cadence: str = "daily"
    address: str = OFFICE

    def sends(self, day: dt.date) -> bool:
        if self.cadence == "month_end":
            return (day + DAY).day == 1
        return self.cadence == "daily" or day.weekday() == 0

    def way(self, day: dt.date) -> str:
        return next((way for since, way in reversed(self.ways) if day >= since), "")


@dataclass
class Company:
    things: dict[str, Thing] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    switches: dict[str, bool | None] = field(default_factory=dict)
    policies: dict[str, str] = field(default_factory=dict)

    def detail(self, first: dt.date, last: dt.date) -> bytes:
        """The SMTP AUTH detail report: UTF-16 as Exchange writes it."""
        rows = [
            f"{day}T06:{n:02}:00Z,{thing.mailbox},contoso.com,{thing.way(day)},{thing.address},"
            f"TLS1.2,AES256,1,<{day:%Y%m%d}.{n}@{thing.host}>"
            for day in days(first, last)
            for n, thing in enumerate(self.things.values())
            if thing.sends(day) and thing.way(day) in ("Basic", "OAuth")
        ]
        return "\r\n".join([HEADER, *rows, ""]).encode("utf-16")

    def trace(self, first: dt.date, last: dt.date) -> bytes:
        """`Get-MessageTraceV2 | Export-Csv`: all mail, and nothing of how it was submitted."""
        rows = []
        for day in days(first, last):
            for n, thing in enumerate(self.things.values()):
                if thing.sends(day) and thing.way(day):
                    rows.append(traced(day, f"06:{n:02}", thing.mailbox, thing.host, n))
            for n, person in enumerate(self.people):
                rows.append(traced(day, f"09:{n:02}", person, "outlook.example", n, "192.0.2.77"))
        head = "Received,SenderAddress,RecipientAddress,Subject,FromIP,Size,MessageId"
        return "\r\n".join([head, *rows, ""]).encode("utf-8-sig")

    def settings(self, day: dt.date) -> Iterator[tuple[str, bytes]]:
        """(name, content) of the exports of one day."""
        mailboxes = [
            {"PrimarySmtpAddress": name, "SmtpClientAuthenticationDisabled": switch}
            for name, switch in self.switches.items()
        ]
        yield f"Get-CASMailbox_{day}.json", json.dumps(mailboxes).encode()
        users = "".join(f"{name},{self.policies.get(name, '')}\n" for name in self.switches)
        yield f"Get-User_{day}.csv", f"UserPrincipalName,AuthenticationPolicy\n{users}".encode()
        transport = b"SmtpClientAuthenticationDisabled\nFalse\n"
        yield f"Get-TransportConfig_{day}.csv", transport
        organisation = b'DefaultAuthenticationPolicy\n\n""\n'
        yield f"Get-OrganizationConfig_{day}.csv", organisation
        policies = b"Name,AllowBasicAuthSmtp\nOfframp: no basic SMTP,False\n"
        yield f"Get-AuthenticationPolicy_{day}.csv", policies
        defaults = b"DisplayName,IsEnabled\nSecurity Defaults,False\n"
        yield f"securityDefaultsPolicy_{day}.csv", defaults


def traced(
    day: dt.date, at: str, sender: str, host: str, number: int, address: str = OFFICE
) -> str:
    message = f"<{day:%Y%m%d}.{number}@{host}>"
    return f"{day}T{at}:00Z,{sender},somebody@contoso.com,Report,{address},900,{message}"


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + n * DAY for n in range((last - first).days + 1))
