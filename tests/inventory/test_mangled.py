"""Files as broken as they come: refused or read, but never a traceback, a hang or half a report.

OFFRAMP_MANGLED=1000 tries a thousand for each reader; the default is what a test run can bear.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.intake import reading
from inventory.models import CountedDay, Fingerprint, Observation, Report, SignIn, Tenant
from inventory.readers import READERS
from inventory.records import NotThisReport
from tests.inventory.test_ingest import take, tenant  # noqa: F401
from tests.inventory.test_readers import files

COUNT = int(os.environ.get("OFFRAMP_MANGLED", "40"))
SECONDS = 20
MORE_MEMORY = 400 * 1024 * 1024
EARLIEST, LATEST = 10957, 47482
"""2000 and 2100 in days since 1970."""
CONTEXT = reading.Context(
    "report.csv",
    dt.date(2026, 11, 24),
    domains=frozenset({"contoso.com"}),
    proven=frozenset({"scanner1@contoso.com", "scan@contoso.com"}),
    day_first=True,
)
ABSURD = [
    b"9" * 400,
    b"-1",
    b"1e999",
    b"NaN",
    b"99999999999999999999",
    b"0x10",
    b"12345678901",
    b"\xef\xbc\x91\xef\xbc\x92",  # full-width digits
    b"9999-12-31T23:59:59Z",
    b"0000-00-00T00:00:00Z",
    b"31/02/2026 25:61:61",
    b"/Date(99999999999999999)/",
    b"\x00",
    b'"',
    b"\r",
    b"[" * 3_000,
    b'{"a":' * 3_000,
    b"\xed\xa0\x80",  # half a character
    b"x" * 100_000,
]

Mangler = Callable[[random.Random, bytes], bytes]


def flip_bits(choose: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(choose.randint(1, 20)):
        changed[choose.randrange(len(changed))] ^= 1 << choose.randrange(8)
    return bytes(changed)


def cut(choose: random.Random, data: bytes) -> bytes:
    start = choose.randrange(len(data))
    return data[:start] if choose.random() < 0.5 else data[start:]


def cut_lines(choose: random.Random, data: bytes) -> bytes:
    return b"\n".join(line[: choose.randint(0, len(line))] for line in data.split(b"\n"))


def break_encoding(choose: random.Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = choose.choice(["utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "cp1252"])
    recoded = text.encode(encoding, "replace")
    return choose.choice([recoded, data + recoded, recoded[1:], b"\xff\xfe" + data])


def shuffle_columns(choose: random.Random, data: bytes) -> bytes:
    lines = []
    for line in data.split(b"\n"):
        cells = line.split(b",")
        choose.shuffle(cells)
        lines.append(b",".join(cells))
    return b"\n".join(lines)


def shuffle_header(choose: random.Random, data: bytes) -> bytes:
    header, _, rest = data.partition(b"\n")
    cells = header.split(b",")
    choose.shuffle(cells)
    return b",".join(cells) + b"\n" + rest


def put_in_absurd(choose: random.Random, data: bytes) -> bytes:
    for _ in range(choose.randint(1, 5)):
        at = choose.randrange(len(data))
        data = data[:at] + choose.choice(ABSURD) + data[at + choose.randint(0, 8) :]
    return data


def repeat_parts(choose: random.Random, data: bytes) -> bytes:
    start, end = sorted(choose.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:end] * choose.randint(1, 50) + data[end:]


MANGLERS: list[Mangler] = [
    flip_bits,
    cut,
    cut_lines,
    break_encoding,
    shuffle_columns,
    shuffle_header,
    put_in_absurd,
    repeat_parts,
]


def mangled(choose: random.Random, data: bytes) -> bytes:
    for mangler in choose.sample(MANGLERS, choose.randint(1, 3)):
        data = mangler(choose, data) or b"\0"
    return data


@contextmanager
def bounded() -> Iterator[None]:
    """Ends what hangs, and what takes memory without end."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    size = pages * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    old = signal.signal(signal.SIGALRM, hung)
    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (size + MORE_MEMORY, before[1]))
    try:
        yield
    finally:
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_AS, before)
        signal.signal(signal.SIGALRM, old)


def hung(number: int, frame: object) -> None:
    raise TimeoutError(f"still reading after {SECONDS} seconds")


def read_or_refuse(path: Path) -> None:
    try:
        found = reading.read(path, CONTEXT, lambda *rows: None)
    except NotThisReport:
        return
    assert not found.details["at"].isna().any()
    assert (found.details["message_count"] >= 0).all()
    for day, rows in found.spool.days():
        assert EARLIEST <= day < LATEST
        assert (rows["byte_count"] >= 0).all()
        assert (rows["position"] < len(found.details)).all()
    assert len(found.errors) <= found.rejected_count
    assert all(error.reason and error.line > 0 for error in found.errors)


def try_mangled(name: str, samples: list[Path], path: Path, read: Callable[[Path], None]) -> None:
    whole = [sample.read_bytes() for sample in samples]
    for seed in range(COUNT):
        choose = random.Random(f"{name} {seed}")
        path.write_bytes(mangled(choose, choose.choice(whole)))
        try:
            with bounded():
                read(path)
        except BaseException as error:
            error.add_note(f"file {seed} of {name}")
            raise


@pytest.mark.parametrize("name", READERS)
def test_reads_or_refuses_whatever_comes(name: str, tmp_path: Path) -> None:
    try_mangled(name, files(name), tmp_path / "report", read_or_refuse)


@settings(
    max_examples=COUNT,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    content=st.one_of(
        st.binary(min_size=1, max_size=300),
        st.text(st.sampled_from('[]{}",:;\t\n 0123abc/-.@<>#\\'), min_size=1).map(str.encode),
    ),
    header=st.sampled_from(
        [
            b"",
            b"Received,SenderAddress,MessageId\n",
            b"date,senderName,authMethod\n",
            b"Date (UTC),Username,Client app\n",
            b'[{"receivedDateTime":"2026-10-13T07:15:02Z","senderAddress":"a@b.c","id":"1"},',
        ]
    ),
)
def test_reads_or_refuses_any_text(tmp_path: Path, content: bytes, header: bytes) -> None:
    path = tmp_path / "report"
    path.write_bytes(header + content)
    read_or_refuse(path)


@pytest.mark.django_db
@pytest.mark.parametrize("name", READERS)
def test_stores_a_mangled_report_whole_or_not_at_all(name: str, tenant: Tenant) -> None:  # noqa: F811
    samples = [path.read_bytes() for path in files(name)]
    for seed in range(max(5, COUNT // 8)):
        choose = random.Random(f"stored {name} {seed}")
        report = take(tenant, mangled(choose, choose.choice(samples)), date_order="day")
        assert "could not be read" not in report.refusal
        assert report.state in {Report.State.READ, Report.State.REFUSED}
        if report.state == Report.State.REFUSED:
            assert not Observation.objects.filter(report=report).exists()
            assert not SignIn.objects.filter(report=report).exists()
            assert not CountedDay.objects.filter(report=report).exists()
        else:
            rows = report.accepted_count + report.rejected_count + report.duplicate_count
            assert rows == report.row_count
    assert not Fingerprint.objects.filter(account="").exists()
