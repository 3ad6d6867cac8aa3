"""The answer for many mailboxes at once: safe, not safe because, or cannot know because. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from tracker.lockdown.verdict import Action, Verdict, listed


class Answer(StrEnum):
    SAFE = "safe"
    NOT_SAFE = "not_safe"
    CANNOT_KNOW = "cannot_know"


@dataclass(frozen=True)
class Summary:
    answer: Answer
    reason: str
    counts: dict[str, int]
    """Mailboxes by action, every action named."""


def summary(verdicts: Collection[Verdict], homeless_scripts: int = 0) -> Summary:
    """Whether Basic can be turned off for all of these mailboxes.

    `homeless_scripts`: how many log in as an account that is not known, so as any of these.
    """
    counts = Counter(verdict.action for verdict in verdicts)
    answer, reason = judged(verdicts, homeless_scripts)
    return Summary(answer, reason, {action.value: counts[action] for action in Action})


def judged(verdicts: Collection[Verdict], homeless_scripts: int) -> tuple[Answer, str]:
    kept = [each.account for each in verdicts if each.action == Action.KEEP]
    unknown = [each for each in verdicts if each.action == Action.UNKNOWN]
    scripts = f" {login_of(homeless_scripts)}." if homeless_scripts else ""
    if not verdicts:
        return Answer.CANNOT_KNOW, "Cannot know: no mailbox is known here."
    if kept:
        more = f" {others(len(unknown))} cannot be judged yet." if unknown else ""
        verb = "depends" if len(kept) == 1 else "depend"
        reason = f"Not safe: {mailboxes(len(kept))} {verb} on Basic: {listed(kept)}.{more}{scripts}"
        return Answer.NOT_SAFE, reason
    if unknown:
        names = listed(each.account for each in unknown)
        why = f"{unknown[0].account}: {unknown[0].reason}"
        reason = f"Cannot know for {mailboxes(len(unknown))}: {names}. {why}.{scripts}"
        return Answer.CANNOT_KNOW, reason
    if homeless_scripts:
        why = login_of(homeless_scripts)
        return Answer.CANNOT_KNOW, f"Cannot know because {why}. But for that: {to_do(verdicts)}."
    return Answer.SAFE, f"Safe: {to_do(verdicts)}."


def to_do(verdicts: Collection[Verdict]) -> str:
    counts = Counter(verdict.action for verdict in verdicts)
    parts = [
        f"{counts[action]:,} {words}"
        for action, words in (
            (Action.DISABLE, "can be switched off"),
            (Action.BLOCK_BASIC_ONLY, "can have Basic refused by a policy"),
            (Action.ALREADY_OFF, "off already"),
        )
        if counts[action]
    ]
    words = sum(verdict.is_by_word for verdict in verdicts)
    by_word = f"; {mailboxes(words)} of these by a person's word alone" if words else ""
    return ", ".join(parts) + by_word


def login_of(script_count: int) -> str:
    one = "1 script logs in with an account that is not known"
    return (
        one if script_count == 1 else one.replace("1 script logs", f"{script_count:,} scripts log")
    )


def others(count: int) -> str:
    return "One more mailbox" if count == 1 else f"{count:,} more mailboxes"


def mailboxes(count: int) -> str:
    return "one mailbox" if count == 1 else f"{count:,} mailboxes"
