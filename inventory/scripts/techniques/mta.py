"""Settings of mail programs and servers that have a format of their own."""

from __future__ import annotations

import re
from collections.abc import Callable

from inventory.scripts.findings import Finding, Found, Secret
from inventory.scripts.hosts import host_of, is_local, is_relay, user_of
from inventory.scripts.settings_files import TEMPLATES
from inventory.scripts.techniques.facts import is_secret

Lines = list[tuple[int, str]]


def mta(path: str, text: str, first_line: int = 1, target: str = "") -> Found | None:
    """None for a file that is no such settings; `target` is the name it will be written to."""
    name = (target or path).rpartition("/")[2].lower()
    for end in TEMPLATES:
        name = name.removesuffix(end)
    reader = reader_of(name)
    if reader is None:
        return None
    lines = [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), first_line)
        if line.strip() and not line.lstrip().startswith(("#", ";"))
    ]
    return reader(path, lines)


def reader_of(name: str) -> Callable[[str, Lines], Found] | None:
    if "msmtprc" in name or name.endswith(".msmtp"):
        return msmtp
    if "esmtprc" in name:
        return msmtp
    if name in ("ssmtp.conf", "revaliases.conf") or name.endswith(".ssmtp"):
        return ssmtp
    if "muttrc" in name or name in (".mailrc", "mailrc", "mail.rc", "nail.rc", "s-nail.rc"):
        return mutt
    if name == "main.cf" or name.endswith(".main.cf"):
        return postfix
    if name.startswith("sasl_passwd") or name in ("passwd.client", "smtp_auth", "authinfo"):
        return sasl
    if name == "update-exim4.conf.conf":
        return exim
    if "monitrc" in name:
        return monit
    if name.endswith("curlrc"):
        return curlrc
    if name in NETRC:
        return netrc
    if name in ("dma.conf", "nullmailer-remotes", "remotes"):
        return nullmailer
    return None


def msmtp(path: str, lines: Lines) -> Found:
    """Each `account`, with what `defaults` says."""
    found = Found([], [])
    defaults: dict[str, tuple[str, int]] = {}
    accounts: list[dict[str, tuple[str, int]]] = []
    current, default = defaults, ""
    for number, line in lines:
        words = re.split(r"[\s=]+", line, maxsplit=1)
        key, value = words[0].lower(), (words[1].strip().strip("\"'") if len(words) > 1 else "")
        if key == "defaults":
            current = defaults
        elif key == "account":
            if chosen := re.match(r"default\s*:\s*(\S+)", value):
                current, default = {}, chosen[1]
                continue
            current = {"account": (value.partition(":")[0].strip(), number)}
            accounts.append(current)
        else:
            if current is defaults and key in ("host", "hostname") and not accounts:
                accounts.append(current)
            current[key] = (value, number)
            if key == "password" and is_secret(value):
                found.secrets.append(Secret(path, number, "password"))
    for account in accounts:
        told = {**defaults, **account}
        host = told.get("host") or told.get("hostname")
        if host is None:
            continue
        auth, _ = told.get("auth", ("", 0))
        user = told.get("user") or told.get("username")
        kind = "oauth" if "oauth" in auth.lower() else "basic"
        if auth.lower() == "off" or (not auth and user is None):
            kind = "none"
        if kind == "none" and default and told.get("account", (default, 0))[0] != default:
            continue  # Nothing is sent through it unless it is asked for.
        found.findings.append(made(path, host[1], "msmtp", host[0], user and user[0], kind))
    return found


def ssmtp(path: str, lines: Lines) -> Found:
    told: dict[str, tuple[str, int]] = {}
    for number, line in lines:
        key, _, value = line.partition("=")
        told[key.strip().lower()] = (value.strip(), number)
    found = Found([], [])
    if "authpass" in told and is_secret(told["authpass"][0]):
        found.secrets.append(Secret(path, told["authpass"][1], "password"))
    if "mailhub" in told:
        host, number = told["mailhub"]
        user = told.get("authuser")
        found.findings.append(
            made(path, number, "ssmtp", host, user and user[0], "basic" if user else "none")
        )
    return found


def mutt(path: str, lines: Lines) -> Found:
    told: dict[str, tuple[str, int]] = {}
    for number, line in lines:
        match = re.match(r"set\s+([\w-]+)\s*=\s*(.*)", line)
        if match:
            told[match[1].lower()] = (match[2].strip().strip("\"'"), number)
    found = Found([], [])
    for key in ("smtp_pass", "smtp-auth-password"):
        if key in told and is_secret(told[key][0]) and not told[key][0].startswith("`"):
            found.secrets.append(Secret(path, told[key][1], "password"))
    server = told.get("smtp_url") or told.get("mta") or told.get("smtp")
    if server is None or server[0].startswith("/"):
        return found
    user = user_of(server[0])[0]
    for key in ("smtp_user", "smtp-auth-user", "user"):
        user = user or told.get(key, ("", 0))[0]
    if is_secret(user_of(server[0])[1]):
        found.secrets.append(Secret(path, server[1], "password in a URL"))
    kinds = told.get("smtp_authenticators", told.get("smtp-auth", ("", 0)))[0].lower()
    kind = "oauth" if "oauth" in kinds else "basic" if user else "none"
    found.findings.append(
        made(path, server[1], "mutt" if "mutt" in path.lower() else "mailx", server[0], user, kind)
    )
    return found


def postfix(path: str, lines: Lines) -> Found:
    told: dict[str, tuple[str, int]] = {}
    for number, line in lines:
        key, sign, value = line.partition("=")
        if sign:
            told[key.strip()] = (value.strip(), number)
    host = told.get("relayhost")
    if host is None or not host_of(host[0]):
        return Found([], [])
    is_on = told.get("smtp_sasl_auth_enable", ("no", 0))[0].lower() == "yes"
    mechanisms = told.get("smtp_sasl_mechanism_filter", ("", 0))[0].lower()
    kind = "none" if not is_on else "oauth" if "xoauth2" in mechanisms else "basic"
    return Found([made(path, host[1], "postfix", host[0], "", kind)], [])


def exim(path: str, lines: Lines) -> Found:
    """Debian's: the login is in passwd.client beside it."""
    for number, line in lines:
        key, _, value = line.partition("=")
        host = host_of(value.strip("'\"").replace("::", ":").partition(";")[0])
        if key.strip() == "dc_smarthost" and host:
            return Found([made(path, number, "exim", host, "", "none")], [])
    return Found([], [])


MONIT = re.compile(r"^set\s+mail-?server\s+(\S+)", re.IGNORECASE)


def monit(path: str, lines: Lines) -> Found:
    """`set mailserver HOST port 587 username "…" password "…"`, over several lines."""
    found = Found([], [])
    start = next((index for index, (_, line) in enumerate(lines) if MONIT.match(line)), None)
    if start is None:
        return found
    number, first = lines[start]
    rest = [lines[start]]
    for one in lines[start + 1 :]:
        if re.match(r"(set|check|include)\s", one[1]):
            break
        rest.append(one)
    text = " ".join(line for _, line in rest)
    user = re.search(r"username\s+[\"']?([^\s\"']+)", text, re.IGNORECASE)
    for at, line in rest:
        if re.search(r"\bpassword\s+\S", line, re.IGNORECASE):
            found.secrets.append(Secret(path, at, "password"))
    match = MONIT.match(first)
    host = match[1].rstrip(",") if match else ""
    kind = "basic" if user else "none"
    found.findings.append(made(path, number, "monit", host, user and user[1], kind))
    return found


CURL_LINE = re.compile(r"^(?:--|-)?([\w-]+)\s*[=:\s]\s*[\"']?(.*?)[\"']?$")


def curlrc(path: str, lines: Lines) -> Found:
    """What `curl -K` reads."""
    told: dict[str, tuple[str, int]] = {}
    for number, line in lines:
        if match := CURL_LINE.match(line):
            told[match[1].lower()] = (match[2].strip(), number)
    url, number = told.get("url", ("", 0))
    if not re.match(r"smtps?://", url, re.IGNORECASE):
        return Found([], [])
    login, at = told.get("user", told.get("u", ("", 0)))
    user, _, password = login.partition(":")
    is_oauth = "oauth2-bearer" in told
    kind = "oauth" if is_oauth else "basic" if user else "none"
    secrets = [Secret(path, at, "password")] if is_secret(password) else []
    return Found([made(path, number, "curl", url, user, kind)], secrets)


NETRC = ("netrc", ".netrc", "_netrc")


def netrc(path: str, lines: Lines) -> Found:
    """Sends nothing itself; the passwords in it are told."""
    found = Found([], [])
    for number, line in lines:
        match = re.search(r"\bpassword\s+(\S+)", line)
        if match and is_secret(match[1]):
            found.secrets.append(Secret(path, number, "password"))
    return found


def login_in(text: str, host: str) -> str:
    """Who a netrc logs in as to a host."""
    words = text.split()
    for index, word in enumerate(words[:-1]):
        if word == "machine" and words[index + 1].lower() == host:
            for at in range(index + 2, min(index + 8, len(words) - 1)):
                if words[at] == "machine":
                    break
                if words[at] == "login":
                    return words[at + 1]
    return ""


def sasl(path: str, lines: Lines) -> Found:
    """`[host]:587 user:password`; the map that Postfix and Exim log in with."""
    found = Found([], [])
    for number, line in lines:
        match = re.match(r"(\S+?):?\s+(\S+?):(\S+)$", line) or re.match(
            r"([^:\s]+):([^:\s]+):(\S+)$", line
        )
        if (
            match
            and match[1].startswith("*")
            and any(one.account == match[2].lower() for one in found.findings)
        ):
            if is_secret(match[3]):
                found.secrets.append(Secret(path, number, "password"))
            continue
        if match and host_of(match[1].lstrip("*.")):
            found.findings.append(
                made(path, number, "postfix", match[1].lstrip("*."), match[2], "basic")
            )
            if is_secret(match[3]):
                found.secrets.append(Secret(path, number, "password"))
    return found


def nullmailer(path: str, lines: Lines) -> Found:
    found = Found([], [])
    for number, line in lines:
        words = line.split()
        user = next((word[7:] for word in words if word.startswith("--user=")), "")
        if any(word.startswith("--pass=") for word in words):
            found.secrets.append(Secret(path, number, "password"))
        if words[0].lower() == "smarthost" and len(words) > 1:
            words = words[1:]
        if "." in words[0] and host_of(words[0]):
            kind = "basic" if user else "none"
            found.findings.append(made(path, number, "nullmailer", words[0], user, kind))
    return found


def made(path: str, line: int, technique: str, host: str, user: str | None, auth: str) -> Finding:
    name = host_of(host)
    account = (user or "").strip().strip("\"'")
    account = account.lower() if "@" in account else account
    if is_relay(name) or is_local(name):
        auth = "none"
    if auth == "none" or any(one.isspace() for one in account):
        account = ""
    return Finding(path, line, technique, name, account, auth, "literal" if account else "")
