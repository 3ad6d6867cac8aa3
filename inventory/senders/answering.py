"""What somebody writes who answers mail. Pure.

Nothing but people answers and forwards. What goes to others each time, under the same marks as
answers, is of whoever gives these, however few subjects he has.
"""

from __future__ import annotations

from collections.abc import Sequence

from inventory.senders.fingerprints import SERVER
from inventory.senders.looks import Bunch, steady, strong

ANSWER = "r"
"""What the hints of an answer's subject hold."""
LEAST, SAME_AGAIN = 8, 6
"""Messages, to tell; so many with one subject to the same people are a machine's."""


def correspondence(parts: Sequence[Bunch]) -> list[Bunch]:
    """Those of the parts that are one person's, or none: where a fifth are answers, all that
    names nothing and that no machine says over and over."""
    answers = sum(map(answers_of, parts))
    found = [part for part in parts if is_anybodys(part) and part.count <= answers]
    count = sum(part.count for part in found)
    is_person = count >= LEAST and sum(map(answers_of, found)) * 5 >= count
    return found if is_person else []


def is_anybodys(part: Bunch) -> bool:
    is_marked = any(look.shape == SERVER or strong(look.names) for look in part.looks)
    return not is_marked and not (part.count >= SAME_AGAIN and steady(part))


def answers_of(part: Bunch) -> int:
    return sum(count for look in part.looks for hint, count in look.hints.items() if ANSWER in hint)
