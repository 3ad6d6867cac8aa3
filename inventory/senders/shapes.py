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
    is_product: bool = False
    """A name that says what runs there, not only that something does."""


# Shapes as `fingerprints.shape` makes them.
SHAPES: list[tuple[str, Known]] = [
    (r"uuid", Known("client", "Thunderbird", "a lower-case UUID, as Thunderbird writes it")),
    (r"UUID", Known("client", "Apple Mail", "an upper-case UUID, as Apple Mail writes it")),
    (r"JIRA\..*", Known("application", "Jira", "a Message-ID that starts with JIRA", True)),
    (r"x\.x\.x\.JavaMail\.\w+", Known("application", "JavaMail", "a JavaMail Message-ID")),
    (
        r"x\.x\.x",
        Known("script", "Python", "a time, a process and a random number, as Python's email"),
    ),
    (r"x\.\w+%\w+", Known("script", "mailx", "a time and a user, as mailx under cron")),
    (r"x\.SMTPIBM", Known("application", "IBM i", "a Message-ID as IBM i writes it", True)),
    (
        r"\w\.\w-\w\.\w-\w\.\w",
        Known("application", "Domino", "a Message-ID as Domino writes it", True),
    ),
    (r"x\$Blat.*", Known("script", "Blat", "a Message-ID as Blat writes it", True)),
    (r"w", Known("script", "PHPMailer", "one random word, as PHPMailer")),
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
        r"(.*[^a-z])?(ups|ilo|apc)(?![a-z]).*|(.*[^a-z])?nas.*|.*(nas|nvr|pdu|switch|fgt)(?![a-z]).*|"
        r"ilo[a-z]{2,3}\d.*|apc[0-9a-f]{6}|.*(idrac|fortigate|firewall|qnap|synology).*",
        "appliance",
        "",
    ),
    (r".*(app|erp|crm|jira|zabbix|prtg|nagios|web).*", "application", ""),
]
# Parts of host names, as people put them together with places and numbers.
PARTS = {
    "appliance": {
        "usv", "sai", "onduleur", "diskstation", "rackstation", "ds", "dvr", "cam", "camera",
        "ipmi", "bmc", "fw", "utm", "router", "rtr", "gw", "gateway", "sw", "wlc", "kvm", "bms",
        "kamera", "glt", "plc", "sps", "hmi", "rtu", "alarm", "panel", "bmz",
        "fire", "meter", "sensor", "meteo",
        "weather", "wetter", "solar", "pv", "inverter", "chiller", "hvac", "gate", "barrier",
        "parking",
    },
    "application": {
        "sap", "mes", "wms", "dms", "lims", "scada", "hist", "historian", "pos", "kasse", "kassa",
        "till", "caisse", "caja", "hr", "portal", "shop", "www", "wiki", "git", "gitlab", "jenkins",
        "icinga", "checkmk", "nms", "librenms", "grafana", "glpi", "otrs", "zammad", "helpdesk",
        "tickets", "moodle", "lms", "nextcloud", "mirth", "pacs", "ris", "veeam", "pve", "vcenter",
        "wsus", "intranet", "cms", "assets", "booking",
    },
}  # fmt: skip
WORDS = re.compile(r"[a-z]+")
SERVERS = re.compile(r".*(srv|server|cron|batch|job|sql|db).*")


@lru_cache(maxsize=100_000)
def known_host(host: str) -> Known | None:
    """What a host's name says: a maker's mark, else what people call such things, else a server."""
    reason = f"the host name {host} is of that kind"
    for pattern, kind, vendor in HOSTS:
        if re.fullmatch(pattern, host):
            return Known(kind, vendor, reason)
    called = set(WORDS.findall(host.partition(".")[0]))
    for kind, parts in PARTS.items():
        if called & parts:
            return Known(kind, "", reason, is_product=True)
    return Known("script", "", reason) if SERVERS.fullmatch(host) else None


@lru_cache(maxsize=100_000)
def known_shape(shape: str) -> Known | None:
    for pattern, known in SHAPES:
        if re.fullmatch(pattern, shape.partition("@")[0]):
            return known
    return None
