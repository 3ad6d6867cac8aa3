"""Which senders a script found in source files is. Pure: decides, stores nothing.

Only senders of the account that the script logs in with come into question. A script may run on
several hosts and be several senders; a sender is one script.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inventory.assets import names as asset_names
from inventory.senders.fingerprints import SERVER
from inventory.senders.kind_words import APPLIANCE, CLIENT, MFP
from inventory.senders.linking import LINKED_FROM
from inventory.senders.shapes import known_shape

NO_SCRIPT = {MFP, APPLIANCE, CLIENT}
WORTH_TELLING = 55
FAMILIES = [
    (r"smtplib|yagmail|django|flask|envelopes|redmail", "Python"),
    (r"java|spring|commons email", "JavaMail"),
    (r"phpmailer", "PHPMailer"),
    (r"mailx|msmtp|ssmtp", "mailx"),
    (r"send-mailmessage|system\.net\.mail|database mail|cdo|blat|utl_smtp", SERVER),
]
"""What composes the mail, by the technique: SERVER for what leaves the Message-ID to the server."""
LOOK_ALIKE = {"Python", "JavaMail"}
"""Their Message-IDs may look the same once numbers are masked."""


@dataclass(frozen=True)
class FoundScript:
    pk: int
    account: str
    path: str = ""
    host: str = ""
    techniques: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SeenSender:
    pk: int
    account: str
    kind: str = ""
    hosts: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    """As they are kept: masked."""


class ScriptLink(NamedTuple):
    sender: int
    script: int
    confidence: int
    reason: str

    @property
    def is_linked(self) -> bool:
        return self.confidence >= LINKED_FROM


def match(scripts: Sequence[FoundScript], senders: Sequence[SeenSender]) -> list[ScriptLink]:
    by_account: dict[str, list[FoundScript]] = defaultdict(list)
    for script in scripts:
        by_account[script.account].append(script)
    likely: dict[str, list[SeenSender]] = defaultdict(list)
    for sender in senders:
        if sender.kind not in NO_SCRIPT:
            likely[sender.account].append(sender)
    found = []
    for account, its_senders in likely.items():
        for sender in its_senders:
            is_alone = len(its_senders) == 1 and len(by_account[account]) == 1
            if link := best(sender, by_account[account], is_alone=is_alone):
                found.append(link)
    return found


def best(
    sender: SeenSender, scripts: Sequence[FoundScript], *, is_alone: bool
) -> ScriptLink | None:
    places = {script.pk: (script.path, script.host, script.pk) for script in scripts}
    links = sorted(
        (link for script in scripts if (link := judge(sender, script, is_alone=is_alone))),
        key=lambda link: (-link.confidence, places[link.script]),
    )
    if not links or links[0].confidence < WORTH_TELLING:
        return None
    first, *rest = links
    rivals = sum(link.confidence > first.confidence - 5 for link in rest)
    if rivals:
        if first.confidence < LINKED_FROM:
            return None  # A guess among several helps nobody.
        reason = f"{first.reason}; {rivals} more would fit as well"
        return first._replace(confidence=LINKED_FROM - 10, reason=reason)
    return first


def judge(sender: SeenSender, script: FoundScript, *, is_alone: bool) -> ScriptLink | None:
    points, reasons = 40, [f"it logs in as {script.account}"]
    if is_alone:
        points += 25
        reasons.append("nothing else of the kind logs in so, and no other script was found")
    if script.host and sender.hosts:
        if asset_names.folded(script.host) not in map(asset_names.folded, sender.hosts):
            return None
        points += 35
        reasons.append(f"its Message-IDs name the host {script.host}")
    gained, told = by_library(sender, script)
    points += gained
    reasons += [told] if told else []
    if word := named_in(sender, script):
        points += 22
        reasons.append(f"its subjects say “{word}” as the file's name does")
    confidence = max(0, min(95, points))
    return ScriptLink(sender.pk, script.pk, confidence, "; ".join(reasons)[:300])


def by_library(sender: SeenSender, script: FoundScript) -> tuple[int, str]:
    used = {family for each in script.techniques if (family := family_of(each))}
    seen = {library for shape in sender.shapes if (library := library_of(shape))}
    if not used or not seen:
        return 0, ""
    if both := used & seen:
        name = sorted(both)[0]
        if name == SERVER:
            return 8, "both leave the Message-ID to the server"
        return 18, f"its Message-IDs are those of {name}"
    if used & LOOK_ALIKE and seen & LOOK_ALIKE:
        return 8, "its Message-IDs may be those of " + sorted(used & LOOK_ALIKE)[0]
    return -30, ""


def family_of(technique: str) -> str:
    for pattern, family in FAMILIES:
        if re.search(pattern, technique, re.IGNORECASE):
            return family
    return ""


def library_of(shape: str) -> str:
    if shape in ("", SERVER):
        return SERVER
    known = known_shape(shape)
    return known.name if known else ""


def named_in(sender: SeenSender, script: FoundScript) -> str:
    """The words of the file's name, or of its folder's, where a subject has them all."""
    parts = script.path.replace("\\", "/").split("/")[-2:]
    for part in reversed(parts):
        words = re.findall(r"[^\W\d_]+", part.partition(".")[0].lower())
        telling = [word for word in words if len(word) > 3]
        if len(telling) < 2:
            continue
        for subject in sender.subjects:
            if set(telling) <= set(re.findall(r"[^\W\d_]+", subject.lower())):
                return " ".join(telling)
    return ""
