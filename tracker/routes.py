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
ACS_PER_HOUR = 100
"""Before a support request has raised it."""


class Verdict(StrEnum):
    FITS = "fits"
    MAY_FIT = "may fit"
    DOES_NOT_FIT = "does not fit"


@dataclass(frozen=True)
class Facts:
    """What is known of an item; None and empty mean that it is not known."""

    can_change_code: bool = False
    """A script or an application of our own."""
    capability: Capability | None = None
    recipients_are_internal: bool | None = None
    most_per_day: int = 0
    """Messages on its busiest day."""
    address_count: int = 0
    """Addresses that it was seen from."""
    tls_versions: frozenset[str] = frozenset()
    """Such as 1.2."""

    @property
    def has_old_tls_only(self) -> bool:
        return bool(self.tls_versions) and self.tls_versions <= OLD_TLS


@dataclass(frozen=True)
class Option:
    route: Route
    verdict: Verdict
    reasons: list[str]


def options(facts: Facts) -> list[Option]:
    """Every route with its verdict, those that fit first, in the order of `RULES`."""
    found = [Option(route, *rule(facts)) for route, rule in RULES.items()]
    return sorted(found, key=lambda option: list(Verdict).index(option.verdict))


Ruling = tuple[Verdict, list[str]]


def oauth(facts: Facts) -> Ruling:
    if facts.has_old_tls_only:
        return Verdict.DOES_NOT_FIT, ["it was seen with TLS 1.0 or 1.1 only; OAuth needs 1.2"]
    if facts.can_change_code:
        return Verdict.FITS, ["its code can be changed to log in with XOAUTH2", KEEPS_SMTP_AUTH]
    known = facts.capability
    if known is None:
        return Verdict.MAY_FIT, ["it is not known whether the product can do OAuth"]
    return OAUTH_BY_STATUS[known.status], [said_by(known), KEEPS_SMTP_AUTH]


def graph(facts: Facts) -> Ruling:
    if facts.can_change_code:
        reasons = ["its code can be changed to send through Graph", "needs no SMTP AUTH at all"]
        return Verdict.FITS, reasons
    known = facts.capability
    if known and "graph" in known.flow.lower() and known.status == known.Status.YES:
        return Verdict.FITS, [said_by(known)]
    return Verdict.DOES_NOT_FIT, ["nothing is known of the product sending through Graph"]


def relay_connector(facts: Facts) -> Ruling:
    reasons = ["one connector serves a whole site; no login, no mailbox, recipients anywhere"]
    if facts.address_count > MANY_ADDRESSES:
        reasons.append(
            f"it was seen from {facts.address_count} addresses: match it by certificate, or put "
            "a relay with a certificate before it"
        )
        return Verdict.MAY_FIT, reasons
    if not facts.address_count:
        return Verdict.MAY_FIT, [*reasons, "its address is not known"]
    return Verdict.FITS, [*reasons, "the site's address must be static and its own"]


def hve(facts: Facts) -> Ruling:
    if facts.recipients_are_internal is False:
        return Verdict.DOES_NOT_FIT, ["it writes to recipients outside, which HVE does not deliver"]
    reasons = ["keeps Basic until September 2028", "delivers inside the organisation only"]
    if facts.has_old_tls_only:
        return Verdict.DOES_NOT_FIT, ["HVE needs TLS 1.2"]
    if facts.recipients_are_internal is None:
        reasons.append("who it writes to is not known")
    return Verdict.FITS if facts.recipients_are_internal else Verdict.MAY_FIT, reasons


def acs(facts: Facts) -> Ruling:
    if facts.has_old_tls_only:
        return Verdict.DOES_NOT_FIT, ["it needs TLS 1.2"]
    reasons = ["logs in with an application secret instead of a mailbox", "is billed by message"]
    if facts.most_per_day > ACS_PER_HOUR:
        reasons.append(f"ask to have the {ACS_PER_HOUR} messages an hour raised")
    return Verdict.MAY_FIT, reasons


def direct_send(facts: Facts) -> Ruling:
    if facts.recipients_are_internal is False:
        return Verdict.DOES_NOT_FIT, ["it writes to recipients outside"]
    reasons = [
        "delivers inside the organisation only, may end in junk, and anybody can do the same",
        "impossible where RejectDirectSend is on",
    ]
    return Verdict.MAY_FIT, reasons


def third_party_relay(facts: Facts) -> Ruling:
    reasons = ["takes what nothing else does, for its own login and price"]
    if facts.has_old_tls_only:
        reasons.append("choose one on the premises that still takes TLS 1.0 or 1.1")
    return Verdict.FITS, reasons


def retire(facts: Facts) -> Ruling:
    return Verdict.MAY_FIT, ["if nobody needs what it sends"]


KEEPS_SMTP_AUTH = "SMTP AUTH has to stay on for its mailbox; block Basic by a policy"
MANY_ADDRESSES = 3
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
