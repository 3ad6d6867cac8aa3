"""Stores what stands behind senders: the items that linking proposes, found or made.

Runs inside the transaction of an import or of a person's correction, for all senders touched at
once. What a person has settled is left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Upper

from inventory import bulk, linking, naming
from inventory.events import Happened
from inventory.keeping import KEPT
from inventory.linking import Proposal
from inventory.making import make
from inventory.models import Account, Device, Item, Script, Sender, Tenant

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
    choices = {case.sender.pk: choose(case, stock) for case in open_cases}
    make(stock.new)
    changed: list[Item] = []
    happened: list[Happened] = []
    for case in cases:
        happened += settle_one(case, choices.get(case.sender.pk), changed)
    bulk.save(Item, changed, ["kind"])
    bulk.save(Item, [item for item in map(renamed, cases) if item is not None], ["name"])
    bulk.save(Sender, [case.sender for case in cases], [*KEPT, *TOLD])
    return happened


def is_open(case: Case) -> bool:
    sender = case.sender
    if sender.is_settled:
        return False
    return sender.item is None or is_better(case.proposal, sender.item)


def settle_one(case: Case, choice: Choice | None, changed: list[Item]) -> list[Happened]:
    """`changed` takes the items that got another kind."""
    account, sender, proposal = case
    happened: list[Happened] = []
    if not sender.is_settled:
        sender.name = proposal.name[:600]
    if not sender.link_reason:
        happened.append(("sender.discovered", sender.pk, {"name": sender.name}))
    if sender.is_settled:
        return happened
    if choice is not None:
        happened += link(case, choice, changed)
    if sender.item_id != account.pk or proposal.category == Item.Category.ACCOUNT:
        keep_kind(sender, proposal.kind, changed)
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


def link(case: Case, choice: Choice, changed: list[Item]) -> list[Happened]:
    account, sender, proposal = case
    if proposal.category == Item.Category.ACCOUNT and proposal.kind and not account.kind:
        account.kind = proposal.kind
        changed.append(account)
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


def keep_kind(sender: Sender, kind: str, changed: list[Item]) -> None:
    """The item's kind follows what its sender shows, until a person sets another."""
    item = sender.item
    if item is not None and kind and item.kind in ("", sender.kind) and item.kind != kind:
        item.kind = kind
        changed.append(item)


def renamed(case: Case) -> Item | None:
    """Its item, with another name: what the rules gave follows what they know, until a list or a
    person gives another, or a person has the last word on the sender."""
    account, sender, proposal = case
    item = sender.item
    if item is None or sender.is_settled or item.name == proposal.item_name:
        return None
    if item.name == item.filled.get("name"):
        return None
    if not item.name.endswith(naming.marked(account.name, sender.key)):
        return None
    item.name = proposal.item_name
    return item


def discovered(item: Item) -> Happened:
    return "item.discovered", item.pk, {"name": item.name, "category": item.category}


def linked(sender: Sender, by: str = "") -> Happened:
    data = {"sender": sender.name, "item_id": sender.item_id, "item": str(sender.item), "by": by}
    return "item.linked", sender.pk, data


def is_better(proposal: Proposal, item: Item) -> bool:
    """An account gives way to the device or script behind it; anything else stays linked, for
    people rename items and fill them in."""
    account = Item.Category.ACCOUNT
    return item.category == account and proposal.category != account


# -- which item --------------------------------------------------------------------------------


def choose(case: Case, stock: Stock) -> Choice:
    """The item that stands behind the sender; if a person ruled that out for the sender, the
    account it logs in with."""
    account, sender, proposal = case
    if proposal.category == Item.Category.ACCOUNT:
        return Choice(account, is_new=False)
    if proposal.category == Item.Category.SCRIPT:
        choice = stock.script(proposal)
    else:
        choice = device_for(account, proposal, stock)
    if choice.item.pk in sender.rejected_items:
        return Choice(account, is_new=False)
    if isinstance(choice.item, Device):
        stock.users[choice.item.name].add(account.pk)
    return choice


def device_for(account: Account, proposal: Proposal, stock: Stock) -> Choice:
    name = proposal.item_name
    if proposal.host and name == proposal.host:  # Not one of two by that name.
        known = stock.at_host(proposal.host)
        if known is not None and is_same_device(known, account, stock.users[known.name]):
            return Choice(known, is_new=False)
        name = second_name(account, proposal) if known else name
    return stock.device(name, proposal)


def second_name(account: Account, proposal: Proposal) -> str:
    return f"{proposal.item_name} ({account.name.partition('@')[0]})"


def is_same_device(device: Device, account: Account, users: Collection[int]) -> bool:
    """A name as many devices leave the factory with says nothing about two accounts: one word
    without a number. What sends with several names or accounts is for a person to say."""
    if any(not letter.isalpha() for letter in device.host_name):
        return True
    return account.pk in users or not users


class Stock:
    """The devices and scripts that proposals may mean, in a fixed number of queries, and those
    that are to be made."""

    def __init__(self, tenant: Tenant, cases: Sequence[Case]) -> None:
        self.tenant = tenant
        self.new: list[Item] = []
        self.scripts: dict[str, Script] = {}
        self.devices: dict[str, Device] = {}
        self.hosts: dict[str, list[Device]] = defaultdict(list)
        self.users: dict[str, set[int]] = defaultdict(set)
        """Keys of the accounts that log in from a device, by its name."""
        devices = [case for case in cases if case.proposal.category == Item.Category.DEVICE]
        scripts = [case for case in cases if case.proposal.category == Item.Category.SCRIPT]
        self._load_scripts({case.proposal.item_name for case in scripts})
        self._load_devices(devices)
        self._load_users()

    def _load_scripts(self, names: Iterable[str]) -> None:
        standing = Script.objects.filter(tenant=self.tenant, category=Item.Category.SCRIPT)
        for part in bulk.batches(names):
            self.scripts |= {each.name: each for each in standing.filter(name__in=part)}

    def _load_devices(self, cases: Iterable[Case]) -> None:
        names: set[str] = set()
        hosts: set[str] = set()
        for account, _, proposal in cases:
            names |= {proposal.item_name, second_name(account, proposal)}
            hosts |= {proposal.host, proposal.host.upper()} - {""}
        standing = Device.objects.filter(tenant=self.tenant, category=Item.Category.DEVICE)
        found: dict[int, Device] = {}
        for part in bulk.batches(names):
            found |= standing.filter(name__in=part).in_bulk()
        by_host = standing.alias(upper=Upper("host_name"))
        for part in bulk.batches(hosts):
            named = Q(upper__in=part) | Q(host_name__in=part)
            found |= {each.pk: found.get(each.pk, each) for each in by_host.filter(named)}
        for device in sorted(found.values(), key=lambda each: each.name):
            self._keep(device)

    def _load_users(self) -> None:
        known = {device.pk: device.name for device in self.devices.values()}
        for part in bulk.batches(known):
            linked_to = Sender.objects.filter(item__in=part).values_list("item", "account")
            for item, account in linked_to.distinct().order_by():
                self.users[known[item]].add(account)

    def _keep(self, device: Device) -> None:
        self.devices[device.name] = device
        self.hosts[device.host_name.upper()].append(device)

    def at_host(self, host: str) -> Device | None:
        """The first by name, case aside."""
        return min(self.hosts.get(host.upper(), []), key=lambda each: each.name, default=None)

    def script(self, proposal: Proposal) -> Choice:
        known = self.scripts.get(proposal.item_name)
        if known is not None:
            return Choice(known, is_new=False)
        script = Script(
            tenant=self.tenant,
            name=proposal.item_name,
            kind=proposal.kind,
            host_name=proposal.host,
            library=proposal.library,
        )
        self.scripts[script.name] = script
        self.new.append(script)
        return Choice(script, is_new=True)

    def device(self, name: str, proposal: Proposal) -> Choice:
        known = self.devices.get(name)
        if known is not None:
            return Choice(known, is_new=False)
        device = Device(
            tenant=self.tenant,
            name=name,
            kind=proposal.kind,
            host_name=proposal.host,
            vendor=proposal.vendor or proposal.library,
        )
        self._keep(device)
        self.new.append(device)
        return Choice(device, is_new=True)
