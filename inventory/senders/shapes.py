"""Known shapes: names and kinds for what a fingerprint shows. Data, from public knowledge.

A list like this only names what was found; it never decides what belongs together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Known(NamedTuple):
    kind: str
    name: str
    reason: str


# Shapes as `fingerprints.shape` makes them.
SHAPES = [
    (r"uuid", "client", "Thunderbird", "a lower-case UUID, as Thunderbird writes it"),
    (r"UUID", "client", "Apple Mail", "an upper-case UUID, as Apple Mail writes it"),
    (r"JIRA\..*", "application", "Jira", "a Message-ID that starts with JIRA"),
    (r"x\.x\.x\.JavaMail\.\w+", "application", "JavaMail", "a JavaMail Message-ID"),
    (r"x\.x\.x", "script", "Python", "a time, a process and a random number, as Python's email"),
    (r"x\.\w+%\w+", "script", "mailx", "a time and a user, as mailx under cron"),
    (r"w", "script", "PHPMailer", "one random word, as PHPMailer"),
]
# Host names as the vendors set them in the factory, and as people name things.
HOSTS = [
    (r"brn[0-9a-f]{12}|brw[0-9a-f]{12}", "mfp", "Brother"),
    (r"npi[0-9a-f]{6}", "mfp", "HP"),
    (r"km[0-9a-f]{6}", "mfp", "Kyocera"),
    (r"kmbt[0-9a-f]+", "mfp", "Konica Minolta"),
    (r"rnp[0-9a-f]{12}", "mfp", "Ricoh"),
    (r"xrx[0-9a-f]{12}|xerox.*", "mfp", "Xerox"),
    (r"canon[0-9a-f]+", "mfp", "Canon"),
    (r"epson[0-9a-f]{6}", "mfp", "Epson"),
    (r"et[0-9a-f]{12}", "mfp", "Lexmark"),
    (r"mfp[0-9]{8}", "mfp", "Toshiba"),
    (r".*(mfp|prn|printer|copier|scan).*", "mfp", ""),
    (
        r".*(nas|ups|nvr|idrac|ilo|apc|fgt|fortigate|firewall|switch|pdu|qnap|synology).*",
        "appliance",
        "",
    ),
    (r".*(app|erp|crm|jira|zabbix|prtg|nagios|web).*", "application", ""),
    (r".*(srv|server|cron|batch|job|sql|db).*", "script", ""),
]


@lru_cache(maxsize=100_000)
def known_host(host: str) -> Known | None:
    for pattern, kind, vendor in HOSTS:
        if host and re.fullmatch(pattern, host):
            return Known(kind, vendor, f"the host name {host} is of that kind")
    return None


@lru_cache(maxsize=100_000)
def known_shape(shape: str) -> Known | None:
    for pattern, kind, name, reason in SHAPES:
        if re.fullmatch(pattern, shape.partition("@")[0]):
            return Known(kind, name, reason)
    return None
