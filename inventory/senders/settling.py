"""Stores what stands behind senders: the items that linking proposes, found or made.

Runs inside the transaction of an import or of a person's correction, for all senders touched at
once. What a person has settled is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Upper

from inventory import bulk
from inventory.events import Happened
from inventory.models import Account, Device, Item, Script, Sender, Tenant
from inventory.senders import linking
from inventory.senders.following import Follower, is_called_so
from inventory.senders.keeping import KEPT
from inventory.senders.linking import Proposal
from inventory.senders.making import make

ACCOUNT, DEVICE, SCRIPT = Item.Category.ACCOUNT, Item.Category.DEVICE, Item.Category.SCRIPT
TOLD = ["name", "item", "kind", "link", "link_reason", "link_confidence", "doubt"]


class Case(NamedTuple):
    """A sender with what its fingerprints say of it."""

    account: Account
    sender: Sender
    proposal: Proposal


class Choice(NamedTuple):
    item: Item
    is_new: bool


def settle(tenant: Tenant, cases: Sequence[Case]) -> list[Happened]:
    """Link senders to their items, unless a person has; new senders and items are told."""
    open_cases = [case for case in cases if is_open(case)]
    stock = Stock(tenant, open_cases)
    follower = Follower(case.sender for case in open_cases)
    choices: dict[int, Choice] = {}
    for case in open_cases:
        if choice := choose(case, stock, follower):
            choices[case.sender.pk] = choice
            follower.note(case.sender, choice.item)
    make(stock.new)
    happened = follower.store()
    for case in cases:
        happened += settle_one(case, choices.get(case.sender.pk))
    bulk.save(Sender, [case.sender for case in cases], [*KEPT, *TOLD])
    return happened


def is_open(case: Case) -> bool:
    """Whether the rules may say another item than the one that stands."""
    _, sender, proposal = case
    if sender.is_settled:
        return False
    item = sender.item
    if item is None or item.category == ACCOUNT:
        return item is None or proposal.category != ACCOUNT
    if sender.one_with_id is not None and sender.one_confidence >= linking.LINKED_FROM:
        return False  # It has the item of what it is one with.
    if item.pk == sender.script_id:
        return proposal.category == DEVICE
    return item.category != proposal.category or not is_called_so(item, proposal.item_name)


def settle_one(case: Case, choice: Choice | None) -> list[Happened]:
    _, sender, proposal = case
    happened: list[Happened] = []
    if not sender.is_settled:
        sender.name = proposal.name[:600]
    if not sender.link_reason:
        happened.append(("sender.discovered", sender.pk, {"name": sender.name}))
    if sender.is_settled:
        return happened
    if choice is not None:
        happened += link(sender, choice)
    sender.kind = proposal.kind
    reason, confidence = proposal.reason, proposal.confidence
    if sender.script_id is not None and sender.item_id == sender.script_id:
        reason, confidence = sender.script_reason, sender.script_confidence
    sender.link = link_of(sender, confidence)
    if sender.link != Sender.Link.REJECTED:
        sender.link_reason = reason[:300]
    sender.link_confidence = confidence
    sender.doubt = proposal.settle_by[:300]
    return happened


def link(sender: Sender, choice: Choice) -> list[Happened]:
    happened = [discovered(choice.item)] if choice.is_new else []
    if sender.item_id != choice.item.pk:
        sender.item = choice.item
        happened.append(linked(sender))
    return happened


def link_of(sender: Sender, confidence: int) -> str:
    """Linked from the stated confidence on, below it suggested. What was rejected asks no more
    until the rules have another item to propose."""
    if sender.rejected_items and sender.item_id == sender.account_id:
        return Sender.Link.REJECTED
    return Sender.Link.INFERRED if confidence >= linking.LINKED_FROM else Sender.Link.SUGGESTED


def discovered(item: Item) -> Happened:
    return "item.discovered", item.pk, {"name": item.name, "category": item.category}


def linked(sender: Sender, by: str = "") -> Happened:
    data = {"sender": sender.name, "item_id": sender.item_id, "item": str(sender.item), "by": by}
    return "item.linked", sender.pk, data


# -- which item --------------------------------------------------------------------------------


def choose(case: Case, stock: Stock, follower: Follower) -> Choice | None:
    """The item that stands behind the sender, if it is another than before; if a person ruled
    that out for the sender, the account it logs in with.

    An item that nothing else stands behind becomes what its sender shows: whatever people have
    said of it, and its cutover, stay with it.
    """
    account, sender, proposal = case
    found = account if proposal.category == ACCOUNT else stock.find(proposal)
    if found is not None and found.pk in sender.rejected_items:
        found = account
    old = sender.item
    if old is None or old.category == ACCOUNT:
        return Choice(found, is_new=False) if found is not None else stock.make(proposal)
    if follower.is_said(sender):
        return None
    if found is old or (found is not None and found.pk == old.pk):
        return None
    if found is None and follower.is_alone(sender):
        if follower.remake(old, proposal):
            stock.keep(old, proposal)
        return None
    if not follower.may_leave(sender):
        return None
    return Choice(found, is_new=False) if found is not None else stock.make(proposal)


def is_named_by_host(proposal: Proposal) -> bool:
    """Not one of two by that name, nor with a name as many devices leave the factory with."""
    return bool(proposal.host) and proposal.item_name == proposal.host


class Stock:
    """The devices and scripts that proposals may mean, in a fixed number of queries, and those
    that are to be made."""

    def __init__(self, tenant: Tenant, cases: Sequence[Case]) -> None:
        self.tenant = tenant
        self.new: list[Item] = []
        self.scripts: dict[str, Item] = {}
        # Of two that differ in case alone, or are at one host, the first by name.
        self.devices: dict[str, Item] = {}
        self.hosts: dict[str, Item] = {}
        devices = [case.proposal for case in cases if case.proposal.category == DEVICE]
        scripts = [case.proposal for case in cases if case.proposal.category == SCRIPT]
        self._load_scripts({proposal.item_name for proposal in scripts})
        self._load_devices(devices)

    def _load_scripts(self, names: Iterable[str]) -> None:
        standing = Script.objects.filter(tenant=self.tenant, category=SCRIPT)
        for part in bulk.batches(names):
            self.scripts |= {each.name: each for each in standing.filter(name__in=part)}

    def _load_devices(self, proposals: Sequence[Proposal]) -> None:
        hosts = {each.host for each in proposals} - {""}
        standing = Device.objects.filter(tenant=self.tenant, category=DEVICE)
        found: dict[int, Device] = {}
        for part in bulk.batches({each.item_name for each in proposals}):
            found |= standing.filter(name__in=part).in_bulk()
        by_host = standing.alias(upper=Upper("host_name"))
        for part in bulk.batches({*hosts, *(host.upper() for host in hosts)}):
            named = Q(upper__in=part) | Q(host_name__in=part)
            found |= {each.pk: found.get(each.pk, each) for each in by_host.filter(named)}
        for device in sorted(found.values(), key=lambda each: each.name, reverse=True):
            self._keep(device, device.host_name)

    def find(self, proposal: Proposal) -> Item | None:
        """The item that there is already for what a sender shows."""
        if proposal.category == SCRIPT:
            return self.scripts.get(proposal.item_name)
        by_host = self.hosts.get(proposal.host.upper()) if is_named_by_host(proposal) else None
        return by_host or self.devices.get(proposal.item_name.upper())

    def keep(self, item: Item, proposal: Proposal) -> None:
        """It became what this sender shows: others may show the same."""
        if item.category == SCRIPT:
            self.scripts[item.name] = item
        else:
            self._keep(item, proposal.host)

    def _keep(self, device: Item, host: str) -> None:
        self.devices[device.name.upper()] = device
        if host:
            self.hosts[host.upper()] = device

    def make(self, proposal: Proposal) -> Choice:
        told = {
            "tenant": self.tenant,
            "name": proposal.item_name,
            "kind": proposal.kind,
            "host_name": proposal.host,
            "proposed": {"name": proposal.item_name, "kind": proposal.kind},
        }
        item: Item
        if proposal.category == SCRIPT:
            item = Script(category=SCRIPT, library=proposal.library, **told)
        else:
            vendor = proposal.vendor or proposal.library
            item = Device(category=DEVICE, vendor=vendor, **told)
        self.keep(item, proposal)
        self.new.append(item)
        return Choice(item, is_new=True)
