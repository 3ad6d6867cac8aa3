"""A message trace as `Get-MessageTraceV2 | Export-Csv` writes it, of any size, the same each time.

5,000 senders, 20,000 addresses, ninety days; 0.64 % of the rows are bad or repeats.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

HEADER = (
    '"MessageId","Received","SenderAddress","RecipientAddress","Subject","Status",'
    '"ToIP","FromIP","Size","MessageTraceId"\r\n'
)
DAYS = 90
START = np.datetime64("2026-08-25T00:00:00", "s")
AT_ONCE = 100_000


def write(path: Path, rows: int, *, first_day: int = 0, encoding: str = "utf-8") -> None:
    """`first_day` shifts the ninety days; where two files share days they share their rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(HEADER)
        for day in range(first_day, first_day + DAYS):
            file.writelines(lines_of(day, rows // DAYS))


def lines_of(day: int, rows: int) -> list[str]:
    choose = np.random.default_rng(day)
    seconds = np.sort(choose.integers(0, 86_400, rows))
    people = choose.integers(0, 5_000, rows)
    sizes = choose.integers(1_000, 5_000_000, rows)
    to = choose.integers(0, 20_000, rows)
    where = (people * 7 + choose.integers(0, 4, rows) * 5_000) % 20_000
    ids = choose.integers(0, 2**63, (rows, 2), dtype=np.int64)
    moments = (START + (day * 86_400 + seconds).astype("timedelta64[s]")).tolist()
    lines = []
    for n, at in enumerate(moments):
        guid = f"{ids[n, 0]:016x}{ids[n, 1]:016x}"
        hour = at.hour % 12 or 12
        when = (
            f"{at.month}/{at.day}/{at.year} {hour}:{at.minute:02}:{at.second:02} "
            f"{'AM' if at.hour < 12 else 'PM'}"
        )
        address = f"198.18.{where[n] // 250}.{where[n] % 250}"
        line = (
            f'"<{guid[:20]}@mail{people[n] % 50}.contoso.com>",'
            f'"{"yesterday" if n % 500 == 3 else when}","user{people[n]}@contoso.com",'
            f'"person{to[n]}@example.net","Invoice {n}, reminder","Delivered","",'
            f'"{"none" if n % 1000 == 11 else address}","{sizes[n]}",'
            f'"{guid[:8]}-{guid[8:12]}-{guid[12:16]}-{guid[16:20]}-{guid[20:]}"\r\n'
        )
        lines += [line, line] if n % 300 == 7 else [line]
    return lines
