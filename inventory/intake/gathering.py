"""Batch after batch put where a Reading has it, with what linking needs of proven accounts.
No database."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pandas as pd

from inventory import normalize, readers
from inventory.intake.details import Details
from inventory.intake.spool import ROW, Spool
from inventory.intake.taking import OURS, PROVEN, Taker
from inventory.readers import sign_ins
from inventory.records import BadRow, Batch, Coded

KEPT_BAD = 10_000


class Names:
    """The distinct texts of a column over all batches; 0 is ''."""

    def __init__(self) -> None:
        self.words = [""]
        self.code_of = {"": 0}
        self.source: list[str] = []
        self.codes = np.zeros(0, dtype=np.int32)

    def of(self, column: Coded) -> np.ndarray:
        if column.words is not self.source:
            self.source, self.codes = column.words, np.zeros(0, dtype=np.int32)
        fresh = column.words[len(self.codes) :]
        self.codes = np.append(self.codes, np.array([self._code(w) for w in fresh], dtype=np.int32))
        codes: np.ndarray = self.codes[column.codes]
        return codes

    def _code(self, word: str) -> int:
        code = self.code_of.setdefault(word, len(self.words))
        if code == len(self.words):
            self.words.append(word)
        return code


class Gathering:
    """Puts batch after batch where a Reading has it."""

    def __init__(self, reader: ModuleType, taker: Taker) -> None:
        self.reader, self.taker = reader, taker
        self.spool, self.accounts, self.addresses = Spool(), Names(), Names()
        self.levels = np.zeros(0, dtype=np.int8)
        self.is_told = np.zeros(0, dtype=bool)
        """Of each account, whether a row that was taken names it."""
        self.kept, self.batch_count = Details(), 0
        """And of how many batches something was kept."""
        self.rejected_count = 0
        self.bad: list[BadRow] = []
        self.domains: frozenset[str] = frozenset()
        """Of all of them so far; senders of SMTP AUTH are all the organisation's own."""

    @property
    def is_outgrown(self) -> bool:
        """Whether domains came up after something was taken without them."""
        return self.batch_count > 1 and not self.domains <= self.taker.domains

    def take(self, batch: Batch) -> None:
        self.rejected_count += len(batch.bad)
        self.bad += batch.bad[: max(0, KEPT_BAD - len(self.bad))]
        codes = self.accounts.of(batch.coded("account"))
        self._note_domains(codes)
        level = self._levels()[codes]
        chosen = self._chosen(batch, level)
        rows = np.zeros(batch.length, dtype=ROW)
        rows["at"] = batch.numbers("at", "datetime64[s]").astype(np.int64)
        rows["account"] = np.where(level == OURS, codes, 0)
        rows["address"] = self.addresses.of(batch.coded("address"))
        rows["position"] = -1
        rows["position"][chosen] = np.arange(len(self.kept), len(self.kept) + len(chosen))
        for name in ("byte_count", "row_key", "message_key", "message_alias"):
            rows[name] = batch.numbers(name, ROW[name])
        self.spool.add(rows)
        if len(chosen):
            self.kept.add(self._detail(batch.frame(chosen)))
            self.batch_count += 1

    def _chosen(self, batch: Batch, level: np.ndarray) -> np.ndarray:
        """The rows that are kept as more than a count."""
        if self.reader.IS_TOTAL:
            return np.arange(batch.length)
        if self.reader.NAME in readers.SIGN_INS:
            return np.flatnonzero(batch.numbers("is_kept", bool))
        return np.flatnonzero(level == PROVEN)

    def _detail(self, rows: pd.DataFrame) -> pd.DataFrame:
        is_message = not self.reader.IS_TOTAL and self.reader.NAME not in readers.SIGN_INS
        return self.taker.trail(rows) if is_message else rows

    def _note_domains(self, codes: np.ndarray) -> None:
        is_told = np.zeros(len(self.accounts.words), dtype=bool)
        is_told[codes] = True
        is_told[: len(self.is_told)] &= ~self.is_told
        fresh = [self.accounts.words[code] for code in np.flatnonzero(is_told)]
        is_told[: len(self.is_told)] |= self.is_told
        self.is_told = is_told
        self.domains |= {normalize.domain_of(account) for account in fresh} - {""}
        if self.reader.PROVES_SMTP_AUTH and not self.batch_count:
            self.taker.domains |= self.domains

    def _levels(self) -> np.ndarray:
        fresh = self.accounts.words[len(self.levels) :]
        proves = self.reader.PROVES_SMTP_AUTH
        more = np.array([self.taker.level(word, proves=proves) for word in fresh], dtype=np.int8)
        self.levels = np.append(self.levels, more)
        return self.levels

    def details(self) -> Details:
        """What is kept of rows besides being counted."""
        if not self.batch_count:
            more = sign_ins.TOLD if self.reader.NAME in readers.SIGN_INS else []
            nothing = Batch({name: np.zeros(0, dtype=object) for name in more}, 0)
            self.kept.add(self._detail(nothing.frame()))
        return self.kept
