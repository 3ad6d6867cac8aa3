"""What a mail client is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from inventory.scripts.forms import (
    Expr,
    Place,
)
from inventory.scripts.values import UNKNOWN


@dataclass
class Facts:
    """What a client is told."""

    hosts: list[tuple[Expr, Place]] = field(default_factory=list)
    users: list[tuple[Expr, Place]] = field(default_factory=list)
    passwords: list[tuple[Expr, Place]] = field(default_factory=list)
    credentials: list[tuple[Expr, Place]] = field(default_factory=list)
    """What holds the login, where nothing here says whose it is."""
    has_login: bool = False
    is_oauth: bool = False
    is_off: bool = False
    """Login is switched off."""
    is_sent: bool = False
    is_mailkit: bool = False
    port: str = ""


def is_secret(text: str) -> bool:
    """Not empty and no reference to where the secret is."""
    plain = text.strip()
    if not plain or plain.lower() in ("null", "none", "false", "true", "undefined"):
        return False
    return UNKNOWN not in plain and not plain.startswith(("${", "{{", "$(", "%", "<", "#{"))
