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

from inventory import bulk, linking
from inventory.events import Happened
from inventory.following import Follower, is_called_so
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
    if item is None or item.category == Item.Category.ACCOUNT:
        return item is None or proposal.category != Item.Category.ACCOUNT
    if sender.one_with_id is not None and sender.one_confidence >= linking.LINKED_FROM:
        return False  # It has the item of what it is one with.
    if item.pk == sender.script_id:
        return proposal.category == Item.Category.DEVICE
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
    found = account if proposal.category == Item.Category.ACCOUNT else stock.find(case)
    if found is not None and found.pk in sender.rejected_items:
        found = account
    old = sender.item
    if old is None or old.category == Item.Category.ACCOUNT:
        return Choice(found, is_new=False) if found is not None else stock.make(case)
    if found is old or (found is not None and found.pk == old.pk):
        return None
    if found is None and follower.is_alone(sender):
        if follower.remake(old, proposal, stock.name_of(case)):
            stock.keep(case, old)
        return None
    if not follower.may_leave(sender):
        return None
    return Choice(found, is_new=False) if found is not None else stock.make(case)


def is_named_by_host(proposal: Proposal) -> bool:
    """Not one of two by that name."""
    return bool(proposal.host) and proposal.item_name == proposal.host


def second_name(account: Account, proposal: Proposal) -> str:
    return f"{proposal.item_name} ({account.name.partition('@')[0]})"


def is_same_device(host: str, account: Account, users: Collection[int]) -> bool:
    """A name as many devices leave the factory with says nothing about two accounts: one word
    without a number. What sends with several names or accounts is for a person to say."""
    if any(not letter.isalpha() for letter in host):
        return True
    return account.pk in users or not users


class Stock:
    """The devices and scripts that proposals may mean, in a fixed number of queries, and those
    that are to be made."""

    def __init__(self, tenant: Tenant, cases: Sequence[Case]) -> None:
        self.tenant = tenant
        self.new: list[Item] = []
        self.scripts: dict[str, Item] = {}
        self.devices: dict[str, Item] = {}
        self.hosts: dict[str, list[Item]] = defaultdict(list)
        """Devices by their host, in capitals."""
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
            self._keep(device, device.host_name)

    def _load_users(self) -> None:
        known = {device.pk: device.name for device in self.devices.values()}
        for part in bulk.batches(known):
            linked_to = Sender.objects.filter(item__in=part).values_list("item", "account")
            for item, account in linked_to.distinct().order_by():
                self.users[known[item]].add(account)

    def keep(self, case: Case, item: Item) -> None:
        """It became what this sender shows: others may show the same."""
        if item.category == Item.Category.SCRIPT:
            self.scripts[item.name] = item
            return
        self._keep(item, case.proposal.host)
        self.users[item.name].add(case.account.pk)

    def _keep(self, device: Item, host: str) -> None:
        self.devices[device.name] = device
        self.hosts[host.upper()].append(device)

    def at_host(self, host: str) -> Item | None:
        """The first by name, case aside."""
        return min(self.hosts.get(host.upper(), []), key=lambda each: each.name, default=None)

    def find(self, case: Case) -> Item | None:
        """The item that there is already for what a sender shows."""
        if case.proposal.category == Item.Category.SCRIPT:
            return self.scripts.get(case.proposal.item_name)
        known = self._same_device(case)
        found = known if known is not None else self.devices.get(self.name_of(case))
        if found is not None:
            self.users[found.name].add(case.account.pk)
        return found

    def name_of(self, case: Case) -> str:
        """What the item is called that is yet to be made."""
        account, _, proposal = case
        if proposal.category == Item.Category.SCRIPT or not is_named_by_host(proposal):
            return proposal.item_name
        if self.at_host(proposal.host) is None or self._same_device(case) is not None:
            return proposal.item_name
        return second_name(account, proposal)

    def _same_device(self, case: Case) -> Item | None:
        """By its host, unless several devices leave the factory with the name."""
        account, _, proposal = case
        host = proposal.host
        known = self.at_host(host) if is_named_by_host(proposal) else None
        if known is not None and is_same_device(host, account, self.users[known.name]):
            return known
        return None

    def make(self, case: Case) -> Choice:
        item = self._new(case)
        self.new.append(item)
        return Choice(item, is_new=True)

    def _new(self, case: Case) -> Item:
        proposal, name = case.proposal, self.name_of(case)
        told = {
            "tenant": self.tenant,
            "name": name,
            "kind": proposal.kind,
            "host_name": proposal.host,
            "proposed": {"name": name, "kind": proposal.kind},
        }
        if proposal.category == Item.Category.SCRIPT:
            script = Script(library=proposal.library, **told)
            self.scripts[script.name] = script
            return script
        device = Device(vendor=proposal.vendor or proposal.library, **told)
        self._keep(device, device.host_name)
        self.users[device.name].add(case.account.pk)
        return device
