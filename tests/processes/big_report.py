"""A detail report as large as wanted, always the same for the same numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

HEADER = (
    "date,senderName,senderDomain,authMethod,original_client_ip,"
    "tls_version,tls_cipher,message_count,message_id"
)
START = dt.datetime(2026, 10, 1, 7, 0)


def detail_report(first: int, last: int, *, per_account: int = 40) -> bytes:
    """The messages `first` to `last` (exclusive) of one never-ending log, a bad row in each 1000.

    Reports whose numbers overlap tell of the same messages. Every account has two devices.
    """
    rows = [HEADER, *lines(first, last, per_account), ""]
    return "\r\n".join(rows).encode("utf-16-le")


def lines(first: int, last: int, per_account: int) -> Iterator[str]:
    for number in range(first, last):
        at = START + dt.timedelta(seconds=61 * number)
        account, device = number // per_account % 100, number % 2
        auth = "OAuth" if account % 10 == 0 else "Basic"
        when = "someday" if number % 1000 == 999 else f"{at:%Y-%m-%dT%H:%M:%SZ}"
        yield (
            f"{when},scan{account},contoso.example,{auth},203.0.113.{account},TLS1.2,AES256,1,"
            f"<20261001.{number}@mfp-{account}-{device}>"
        )
