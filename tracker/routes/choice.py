"""Which ways off Basic fit an item, and why. Pure decisions.

Limits and prerequisites: Microsoft's pages on client submission, relay connectors, High Volume
Email and Azure Communication Services, as they stood in November 2026.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tracker.models import Capability, Cutover

Route = Cutover.Route
OLD_TLS = {"1.0", "1.1"}
MINUTE, RECIPIENTS = 30, 10_000
"""Of a mailbox: messages a minute, recipients a day."""
ACS_MINUTE, ACS_HOUR = 30, 100
"""Before a support request has raised them."""
BURSTS_FROM = 500
"""Messages a day from which a limit by the minute is worth a word."""


class Verdict(StrEnum):
    FITS = "fits"
    MAY_FIT = "may fit"
    DOES_NOT_FIT = "does not fit"


class Address(StrEnum):
    """Whether an item keeps its source address."""

    STATIC = "static"
    CHANGING = "changing"
    UNKNOWN = ""


@dataclass(frozen=True)
class Facts:
    """What is known of an item; None and empty mean that it is not known."""

    can_change_code: bool = False
    """A script or an application of our own."""
    capability: Capability | None = None
    writes_to: str = ""
    """`inside`, `outside` or `both`."""
    most_per_day: int = 0
    """Messages on its busiest day."""
    address: Address = Address.UNKNOWN
    address_count: int = 0
    """Addresses that it was seen from."""
    site: str = ""
    tls_versions: frozenset[str] = frozenset()
    """Such as 1.2."""
    rejects_direct_send: bool | None = None
    """The organisation's setting."""

    @property
    def has_old_tls(self) -> bool:
        return bool(self.tls_versions & OLD_TLS)

    @property
    def has_old_tls_only(self) -> bool:
        return bool(self.tls_versions) and self.tls_versions <= OLD_TLS

    @property
    def writes_outside(self) -> bool:
        return self.writes_to in ("outside", "both")


@dataclass(frozen=True)
class Option:
    route: Route
    verdict: Verdict
    pros: list[str]
    cons: list[str]

    @property
    def reasons(self) -> list[str]:
        return [*self.pros, *self.cons]


Ruling = tuple[Verdict, list[str], list[str]]
"""Verdict, what speaks for the route, what speaks against it or has to be done for it."""


def options(facts: Facts) -> list[Option]:
    """Every route with its verdict, those that fit first, in the order of `RULES`."""
    found = [Option(route, *rule(facts)) for route, rule in RULES.items()]
    return sorted(found, key=lambda option: list(Verdict).index(option.verdict))


# -- one rule a route --------------------------------------------------------------------------


def oauth(facts: Facts) -> Ruling:
    cons = [KEEPS_SMTP_AUTH, *mailbox_limits(facts), *mixed_tls(facts)]
    if facts.has_old_tls_only:
        return Verdict.DOES_NOT_FIT, [], [f"{OLD_ONLY}; OAuth needs 1.2"]
    if facts.can_change_code:
        return Verdict.FITS, ["its code can be changed to log in with XOAUTH2"], cons
    known = facts.capability
    if known is None:
        return Verdict.MAY_FIT, [], ["it is not known whether the product can do OAuth", *cons]
    verdict = OAUTH_BY_STATUS[known.status]
    if known.minimum_version:
        cons.insert(0, f"check that it runs {known.minimum_version} or later")
    if verdict == Verdict.DOES_NOT_FIT:
        return verdict, [], [said_by(known)]
    return verdict, [said_by(known)], cons


def graph(facts: Facts) -> Ruling:
    pros = ["needs no SMTP AUTH at all", "works with the security defaults"]
    if facts.can_change_code:
        first = "its code can be changed to send through Graph"
        return Verdict.FITS, [first, *pros], mailbox_limits(facts)
    known = facts.capability
    if known and "graph" in known.flow.lower() and known.status == known.Status.YES:
        return Verdict.FITS, [said_by(known), *pros], mailbox_limits(facts)
    return Verdict.DOES_NOT_FIT, [], ["nothing is known of the product sending through Graph"]


def relay_connector(facts: Facts) -> Ruling:
    where = f" ({facts.site})" if facts.site else ""
    pros = [f"one connector serves a whole site{where}: no login, no mailbox, recipients anywhere"]
    cons = []
    if facts.has_old_tls_only:
        cons.append(f"{OLD_ONLY}: put a relay with TLS 1.2 before it")
    if facts.address == Address.STATIC:
        pros.append("it keeps its address, so the connector can know it by that")
        cons.append("the address must be the organisation's own, for all behind it may then send")
        return (Verdict.MAY_FIT if facts.has_old_tls_only else Verdict.FITS), pros, cons
    if facts.address == Address.CHANGING:
        cons.append(
            f"its address changes (seen from {facts.address_count}): let the connector know it "
            "by a certificate, or put a relay with one before it"
        )
        return Verdict.MAY_FIT, pros, cons
    cons.append("whether it keeps its address is not known")
    return Verdict.MAY_FIT, pros, cons


def hve(facts: Facts) -> Ruling:
    if facts.writes_outside:
        return Verdict.DOES_NOT_FIT, [], [f"{WRITES_OUTSIDE}, which HVE does not deliver to"]
    if facts.has_old_tls_only:
        return Verdict.DOES_NOT_FIT, [], [f"{OLD_ONLY}; HVE needs 1.2"]
    pros = ["keeps Basic until September 2028", "has none of a mailbox's limits"]
    cons = ["delivers inside the organisation only", "is billed by recipient", *mixed_tls(facts)]
    if not facts.writes_to:
        return Verdict.MAY_FIT, pros, [NOT_KNOWN_WHO, *cons]
    return Verdict.FITS, ["it writes to people inside only", *pros], cons


def acs(facts: Facts) -> Ruling:
    if facts.has_old_tls_only:
        return Verdict.DOES_NOT_FIT, [], [f"{OLD_ONLY}; it needs 1.2"]
    pros = ["logs in with an application secret instead of a mailbox, recipients anywhere"]
    cons = ["is billed by message", *mixed_tls(facts)]
    if facts.most_per_day > ACS_HOUR:
        cons.append(
            f"{facts.most_per_day:,} messages on its busiest day: ask to have the {ACS_MINUTE} a "
            f"minute and {ACS_HOUR} an hour raised"
        )
    return Verdict.MAY_FIT, pros, cons


def direct_send(facts: Facts) -> Ruling:
    if facts.writes_outside:
        return Verdict.DOES_NOT_FIT, [], [f"{WRITES_OUTSIDE}; direct send ends inside"]
    if facts.rejects_direct_send:
        return Verdict.DOES_NOT_FIT, [], ["the organisation rejects it (RejectDirectSend)"]
    pros = ["needs no login and no connector"]
    cons = ["delivers inside the organisation only, may end in junk, and anybody can do the same"]
    if not facts.writes_to:
        cons.insert(0, NOT_KNOWN_WHO)
    if facts.rejects_direct_send is None:
        cons.append("impossible where RejectDirectSend is on, which is not known")
    if facts.address == Address.CHANGING:
        cons.append("its address changes, so no SPF record can name it")
    return Verdict.MAY_FIT, pros, cons


def on_premises_relay(facts: Facts) -> Ruling:
    pros = ["takes what nothing else does, without a login, recipients anywhere"]
    cons = [
        "one more server to run and to keep closed",
        "it needs a connector of its own to Exchange Online, by address or certificate",
    ]
    if facts.has_old_tls:
        pros.append("it still takes TLS 1.0 or 1.1, and passes mail on with 1.2")
    if facts.address == Address.CHANGING:
        cons.append(
            f"its address changes (seen from {facts.address_count}): it has to stand in a network "
            "that reaches the relay from within"
        )
        return Verdict.MAY_FIT, pros, cons
    return Verdict.FITS, pros, cons


def third_party_relay(facts: Facts) -> Ruling:
    pros = ["a provider's service, recipients anywhere, whatever address it comes from"]
    cons = ["is to be paid, with a login of its own", "mail leaves by somebody else's servers"]
    if facts.has_old_tls_only:
        cons.insert(0, f"{OLD_ONLY}; few services take it")
        return Verdict.MAY_FIT, pros, cons
    return Verdict.FITS, pros, [*cons, *mixed_tls(facts)]


def retire(facts: Facts) -> Ruling:
    return Verdict.MAY_FIT, ["nothing is left to look after"], ["only if nobody needs its mail"]


# -- words that several rules use --------------------------------------------------------------

KEEPS_SMTP_AUTH = "SMTP AUTH has to stay on for its mailbox; block Basic by a policy"
OLD_ONLY = "it was seen with TLS 1.0 or 1.1 only, which cannot stay"
WRITES_OUTSIDE = "it writes to recipients outside"
NOT_KNOWN_WHO = "whom it writes to is not known"


def mailbox_limits(facts: Facts) -> list[str]:
    """Each message has at least one recipient, so messages are the least of them."""
    most = facts.most_per_day
    if most >= RECIPIENTS:
        return [f"{most:,} messages on its busiest day: a mailbox takes {RECIPIENTS:,} recipients"]
    if most >= BURSTS_FROM:
        return [f"{most:,} messages on its busiest day: a mailbox takes {MINUTE} a minute"]
    return []


def mixed_tls(facts: Facts) -> list[str]:
    if facts.has_old_tls:
        return ["a part of its mail came with TLS 1.0 or 1.1, which cannot stay"]
    return []


OAUTH_BY_STATUS: dict[str, Verdict] = {
    Capability.Status.YES: Verdict.FITS,
    Capability.Status.SOME: Verdict.MAY_FIT,
    Capability.Status.UNKNOWN: Verdict.MAY_FIT,
    Capability.Status.NO: Verdict.DOES_NOT_FIT,
}
RULES: dict[Route, Callable[[Facts], Ruling]] = {
    Route.OAUTH: oauth,
    Route.GRAPH: graph,
    Route.RELAY_CONNECTOR: relay_connector,
    Route.HVE: hve,
    Route.ACS: acs,
    Route.DIRECT_SEND: direct_send,
    Route.ON_PREMISES_RELAY: on_premises_relay,
    Route.THIRD_PARTY_RELAY: third_party_relay,
    Route.RETIRE: retire,
}


def said_by(known: Capability) -> str:
    version = f" from {known.minimum_version}" if known.minimum_version else ""
    needs = f"; needs {known.needs}" if known.needs else ""
    return (
        f"{known.vendor} {known.product}{version}: {known.get_status_display()}{needs} "
        f"({known.get_evidence_kind_display()}, {known.as_of:%Y-%m-%d})"
    )
