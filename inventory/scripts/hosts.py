"""What a mail server's name says."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

EXCHANGE_ONLINE = {
    "smtp.office365.com",
    "smtp-legacy.office365.com",
    "outlook.office365.com",
    "outlook.office.com",
    "smtp.office365.us",
    "outlook.office365.us",
    "smtp.partner.outlook.cn",
    "partner.outlook.cn",
    "smtp.outlook.office365.com",
    "smtp.outlook.com",
}
RELAY = (".mail.protection.outlook.com", ".mail.protection.office365.us", ".mx.microsoft")
"""A connector's or domain's own address: mail is taken without a login."""

LOCAL = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "localhost.localdomain"}  # noqa: S104

NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?", re.IGNORECASE)
ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
MAIL_READING_PORTS = {"993", "143", "995", "110"}


def host_of(text: str) -> str:
    """The name in `smtp://user:secret@Name:587/`, `[name]:587`, `name:587`, `tls://name`; "" if
    there is none. What stands before an `@` is never part of it."""
    text = text.strip().strip("'\"").lower()
    if "://" in text:
        text = text.partition("://")[2]
        text = re.split(r"[/?#]", text, maxsplit=1)[0]
    text = text.rpartition("@")[2].strip().rstrip("/")
    text = text.strip().removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if text.count(":") == 1:
        text = text.partition(":")[0]
    text = text.rstrip(".")
    if text in LOCAL or NAME.fullmatch(text):
        return text
    return ""


def port_of(text: str) -> str:
    found = re.search(r":(\d+)(?:/|\?|$)", text.strip())
    return found[1] if found else ""


def user_of(url: str) -> tuple[str, str]:
    """(user, password) of `smtp://user:secret@host`."""
    if "://" not in url:
        return "", ""
    if user := query_of(url, "username"):  # As Camel has it.
        return user, query_of(url, "password")
    if "@" not in url:
        return "", ""
    before = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[0]
    user, _, password = before.partition(":")
    return unquote(user), unquote(password)


def query_of(url: str, key: str) -> str:
    try:
        query = urlsplit(url).query
    except ValueError:
        return ""
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name == key:
            return unquote(value)
    return ""


def is_exchange_online(host: str) -> bool:
    return host in EXCHANGE_ONLINE or host.endswith(
        (".smtp.office365.com", ".outlook.office365.com")
    )


def is_relay(host: str) -> bool:
    return host.endswith(RELAY)


def is_local(host: str) -> bool:
    return host in LOCAL


def looks_like_mail_host(host: str) -> bool:
    return (
        is_exchange_online(host) or is_relay(host) or host.startswith(("smtp.", "smtp-", "mail."))
    )


def looks_like_host(text: str) -> bool:
    host = host_of(text)
    return bool(host) and (("." in host and not ADDRESS.fullmatch(text)) or is_local(host))
