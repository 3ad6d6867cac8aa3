"""Whether a setting is the one that is asked for, by its keys."""

from __future__ import annotations

from inventory.scripts.entries import Entry

GENERIC = {"host", "server", "user", "username", "login", "account", "hostname"}
"""Keys that databases and others have too."""


TRIALS = {"dev", "development", "test", "testing", "staging", "local", "ci", "qa", "uat"}


def normal(keys: tuple[str, ...]) -> tuple[str, ...]:
    """`("Smtp:Host",)` as ("smtp", "host")."""
    words: list[str] = []
    for key in keys:
        for word in key.replace("__", ":").replace(".", ":").split(":"):
            plain = word.replace("_", "").replace("-", "").lower().strip("${} ")
            if plain:
                words.append(plain)
    return tuple(words)


def is_about_mail(words: tuple[str, ...]) -> bool:
    return any("smtp" in word or "mail" in word for word in words)


def matching(entry: Entry, wanted: tuple[str, ...], is_env: bool) -> int:
    """How well a setting fits: 0 not at all, else the words from the end that are the same."""
    path = entry.words
    if is_env:
        return (
            1
            if path[-1:] == wanted[-1:] and entry.is_variable and len(wanted) == 1
            else (9 if path[-len(wanted) :] == wanted else 0)
        )
    same = 0
    for one, other in zip(reversed(path), reversed(wanted), strict=False):
        if one != other:
            break
        same += 1
    if same == 0:
        return 0
    if same == 1 and wanted[-1] in GENERIC and len(path) > 1 and not is_about_mail(path):
        return 0
    is_part = same < len(wanted) and same < len(path)
    if is_part and (not is_about_mail(path) or is_about_mail(wanted[:-same])):
        return 0
    return same
