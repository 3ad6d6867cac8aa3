"""Which mailboxes have a say in the answer for some, so that only their mail is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from tracker.lockdown.logins import Logins
from tracker.lockdown.mail import Mail


def lending(asked: Collection[str], logins: Mapping[str, Logins], mail: Mail) -> set[str]:
    """Addresses that nobody logged in with, from where these log in or send, and those from
    where any of them sends: whose login stands behind one is told by all that is sent there."""
    if not logins:
        return set()
    places: dict[str, set[str]] = defaultdict(set)
    accounts: dict[str, set[str]] = defaultdict(set)
    for account, address in mail.from_address:
        if account not in logins:
            places[account].add(address)
            accounts[address].add(account)
    todo = {address for each in asked for address in places.get(each, ())}
    todo |= {
        address.lower()
        for each in asked
        if each in logins
        for its in logins[each].days.values()
        for address in its
    }
    found, looked = set[str](), set[str]()
    while todo:
        address = todo.pop()
        looked.add(address)
        for account in accounts[address] - found:
            found.add(account)
            todo |= places[account] - looked
    return found
