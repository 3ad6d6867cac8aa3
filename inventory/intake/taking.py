"""What is kept of a row besides being counted. No database."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from inventory import normalize
from inventory.senders import counters, fingerprints, kind_words, subjects

FOREIGN, OURS, PROVEN = 0, 1, 2
"""Whose an account is: another organisation's, the organisation's, proven to use SMTP AUTH."""
COUNTLESS = {"", fingerprints.SERVER, "uuid", "UUID"}
"""Shapes of Message-IDs in which no number counts."""


class Taker:
    """What is kept of rows besides being counted; no subject and no recipient is.

    Of people whose account no report proved to use SMTP AUTH a trace keeps account and address
    alone, and of other organisations' senders nothing but the key.
    """

    def __init__(self, domains: frozenset[str], proven: frozenset[str]) -> None:
        self.domains, self.proven = domains, proven

    def level(self, account: str, *, proves: bool) -> int:
        """Whose an account is, that a report tells of which proves SMTP AUTH, or does not."""
        if account and (proves or account in self.proven):
            return PROVEN
        domain = normalize.domain_of(account)
        return OURS if domain and normalize.is_within(domain, self.domains) else FOREIGN

    def trail(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of proven accounts as linking needs them, subjects and recipients hashed."""
        marks = [fingerprints.message_id_marks(each, self.domains) for each in rows["message_id"]]
        lowered = rows["message_id"].str.lower()
        by_id = pd.util.hash_array(lowered.to_numpy(dtype=object), categorize=False)
        kept = ["account", "address", "tls_cipher", "tls_version", "auth_method"]
        return rows[[*kept, "at", "message_count", "byte_count"]].assign(
            shape=[shape for shape, _ in marks],
            host=[host for _, host in marks],
            subject=each_once(rows["subject"], subjects.marks),
            hint=each_once(rows["subject"], kind_words.hint),
            id_numbers=[
                id_numbers(each, *mark)
                for each, mark in zip(rows["message_id"], marks, strict=True)
            ],
            subject_numbers=each_once(rows["subject"], counters.subject_numbers),
            recipients=each_once(rows["recipient"], subjects.hash_recipients),
            reach=each_once(rows["recipient"], self._reach).astype("int8"),
            key=np.where(lowered == "", rows["message_key"], by_id).astype("uint64"),
        )

    def _reach(self, recipients: str) -> int:
        return normalize.reach(recipients, self.domains)


def id_numbers(message_id: str, shape: str, host: str) -> str:
    """What of a Message-ID may count, or beside a host's own name may be the device's."""
    if shape in COUNTLESS:
        return ""
    found = counters.id_numbers(message_id)
    if not (host and fingerprints.is_own(host)):
        return found
    return ".".join(each for each in found.split(".") if counters.may_be_serial(each))


def each_once(texts: pd.Series, function: Callable[[str], object]) -> pd.Series:
    return texts.map({text: function(text) for text in texts.unique()})
