"""Configuration that makes an application submit mail: which entries belong to one mail server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from inventory.scripts.entries import Entry
from inventory.scripts.findings import Finding, Found, Secret
from inventory.scripts.hosts import (
    ADDRESS,
    MAIL_READING_PORTS,
    host_of,
    is_exchange_online,
    is_local,
    is_relay,
    looks_like_host,
    looks_like_mail_host,
    port_of,
    query_of,
    user_of,
)
from inventory.scripts.project import Project
from inventory.scripts.setting_names import TRIALS
from inventory.scripts.settings_files import is_example
from inventory.scripts.source_files import File
from inventory.scripts.techniques.facts import is_secret

MAILISH = {
    "smtp",
    "mail",
    "email",
    "mailer",
    "mailserver",
    "smarthost",
    "mailsettings",
    "javamail",
    "mailhub",
    "actionmailer",
    "smtps",
    "smtpserver",
    "mailgateway",
    "sendemail",
}
READING = {
    "imap",
    "pop",
    "pop3",
    "ldap",
    "database",
    "db",
    "redis",
    "inbound",
    "incoming",
    "imaps",
    "mailgun",
    "sendgrid",
    "ews",
    "fetchmail",
    "mysql",
    "postgres",
    "amqp",
    "rabbitmq",
}
HOSTS = {
    "host",
    "hostname",
    "server",
    "smarthost",
    "mailhub",
    "relayhost",
    "relay",
    "servername",
    "address",
    "addr",
    "mta",
    "endpoint",
    "smtphost",
    "smtpserver",
    "mailserver",
    "mailhost",
    "hosts",
    "serveraddress",
    "ipaddress",
    "smtpaddress",
}
USERS = {
    "user",
    "username",
    "login",
    "userid",
    "uid",
    "authuser",
    "account",
    "credentials",
    "identity",
    "smtpuser",
    "smtpusername",
    "usr",
    "loginname",
}
PASSWORDS = {
    "password",
    "pass",
    "passwd",
    "pwd",
    "secret",
    "smtppassword",
    "smtppass",
    "authpass",
    "authpassword",
    "passwordfile",
}
SENDERS = {
    "from",
    "sender",
    "to",
    "recipient",
    "recipients",
    "replyto",
    "fromaddress",
    "mailfrom",
    "fromemail",
    "emailfrom",
    "fromname",
}
NOISE = {
    "auth",
    "authentication",
    "credentials",
    "connection",
    "network",
    "properties",
    "login",
    "host",
    "server",
    "value",
    "smtpauth",
    "hostinfo",
}
WRAPPERS = {"default", "value", "secured", "_default"}
"""Keys of a setting's value, under the setting's own name."""

JOINED = {
    "username",
    "hostname",
    "servername",
    "passwd",
    "userid",
    "fromaddress",
    "replyto",
    "smarthost",
}
OAUTH = ("xoauth2", "oauth2", "oauthbearer", "oauth")
PLACEHOLDER = re.compile(r"\$\{|\{\{|<[^>]+>|%\(|__\w+__|#\{")


@dataclass(frozen=True)
class Role:
    """What one entry is for; `group` ties entries of one server together."""

    name: str
    group: tuple[str, ...]
    container: tuple[str, ...]
    entry: Entry
    is_mailish: bool


@dataclass
class Group:
    roles: list[Role] = field(default_factory=list)

    def entry(self, name: str) -> Entry | None:
        return next((role.entry for role in self.roles if role.name == name), None)


def settings(file: File, project: Project) -> Found:
    """The mail servers that a configuration file names, unless code that reads it is found."""
    if is_example(file.path) or not is_about_mail(file.text) or file.kind == "csv":
        return Found([], [])
    entries = [project.filled(file, entry) for entry in file.entries]
    return servers(file, entries, project)


def servers(file: File, entries: list[Entry], project: Project) -> Found:
    """The mail servers among the entries of a file."""
    found, used = Found([], []), project.used
    roles = [role for entry in entries if (role := role_of(entry)) is not None]
    for host in (role for role in roles if role.name in ("host", "url")):
        group = group_of(host, roles)
        found.secrets += secrets_of(file, group)
        lines = {role.entry.line for role in group.roles if role.name in ("host", "url", "user")}
        if any((file.path, line) in used for line in lines):
            continue
        if is_local(host_of(host.entry.text)) and is_for_trials(host.entry, entries):
            continue
        if finding := finding_of(file, host, group):
            found.findings.append(finding)
    return found


def is_for_trials(entry: Entry, entries: list[Entry]) -> bool:
    """In a document of Spring's for the profile of who develops."""
    profiles = [
        word
        for one in entries
        if one.items[:1] == entry.items[:1] != ()
        and one.path[-1].endswith(("on-profile", "profiles"))
        for word in re.findall(r"\w+", one.text.lower())
    ]
    return bool(profiles) and set(profiles) <= TRIALS


def is_about_mail(text: str) -> bool:
    low = text.lower()
    return "smtp" in low or "mail" in low or "office365" in low or "relayhost" in low


def words_of(key: str) -> list[str]:
    """`smtpAuth-user_name` as smtp, auth, username."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", key)
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] + word in JOINED:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def role_of(entry: Entry) -> Role | None:
    path = entry.path
    while len(path) > 1 and path[-1].lower() in WRAPPERS:
        path = path[:-1]
    if not path:
        return None
    container = tuple(
        key.lower() for key in path[:-1] if not set(words_of(key)) <= NOISE or not words_of(key)
    )
    last = words_of(path[-1])
    above = [word for key in path[:-1] for word in words_of(key)]
    every = [*above, *last]
    if READING & set(every) or not last:
        return None
    is_mailish = bool(MAILISH & set(every)) or any("smtp" in word for word in every)
    name = name_of(entry, every, is_mailish)
    if not name:
        return None
    prefix = tuple(word for word in last[:-1] if word not in NOISE)
    return Role(name, (*container, *prefix), container, entry, is_mailish)


def name_of(entry: Entry, words: list[str], is_mailish: bool) -> str:
    last, text = words[-1], entry.text.strip()
    low = text.lower()
    if re.match(r"(smtps?|submission|gmail|office365|outlook)(\+\w+)?://", low):
        return "url"
    if (last in HOSTS or words == ["smtp"] or last == "smtp") and looks_like_host(text):
        mail_value = looks_like_mail_host(host_of(text)) and port_of(text) not in MAIL_READING_PORTS
        by_value = mail_value and host_of(text) not in (
            "outlook.office365.com",
            "outlook.office.com",
        )
        return "host" if is_mailish or by_value else ""
    if is_mailish and last in HOSTS and is_plain_name(text):
        return "host"
    if last in PASSWORDS or (words[-2:] == ["password", "file"]):
        return "password"
    if last in USERS or last.endswith("username"):
        return "user"
    if is_mailish and last == "name" and ADDRESS.fullmatch(text):
        return "user"  # As Nextcloud has it.
    if last == "port":
        return "port"
    if last in SENDERS:
        return "sender"
    if last in ("enabled", "enable") and words[-2:-1] not in (["starttls"], ["ssl"], ["tls"]):
        return "enabled"
    if last in ("disabled",):
        return "disabled"
    if last in ("driver", "transport", "backend", "mechanism", "mechanisms", "auth", "authtype",
                "type", "mailer", "authentication", "method", "mode", "protocol"):  # fmt: skip
        return "kind"
    return ""


def is_plain_name(text: str) -> bool:
    """A server of the same network, as `mailpit` and `relay1`."""
    return re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", text) is not None and text not in NO_NAMES


NO_NAMES = {
    "smtp", "smtps", "log", "array", "null", "none", "true", "false", "yes", "no", "on", "off",
    "sendmail", "mail", "php", "default", "changeme", "string", "exchange", "office365", "gmail",
    "outlook", "ses", "sendgrid", "mailgun", "postmark", "required", "optional", "auto", "enabled",
    "disabled", "custom", "test", "host", "server", "hostname", "name", "text", "undefined",
}  # fmt: skip
"""Words that settings of mail have, which are no server."""


def group_of(host: Role, roles: list[Role]) -> Group:
    """The entries of the same prefix, then those that only the container ties to it."""
    within = host.entry.items
    inside = [
        role for role in roles
        if role.container == host.container and role is not host and role.entry.items == within
    ]  # fmt: skip
    nested = [
        role for role in roles
        if role.entry.items[: len(within)] == within
        and role.container[: len(host.container)] == host.container
        and 0 < len(role.container) - len(host.container) <= 2
        and (role.is_mailish or host.is_mailish)
    ]  # fmt: skip
    outer = [
        role for role in roles
        if within[: len(role.entry.items)] == role.entry.items
        and host.container[: len(role.container)] == role.container
        and len(role.container) + 1 == len(host.container) and role.is_mailish and host.is_mailish
    ]  # fmt: skip
    same = [role for role in inside if role.group == host.group]
    others = [role for role in inside if role.group != host.group]
    hosted = {role.group for role in roles if role.name in ("host", "url") and role is not host}
    found = [host, *same]
    names = {role.name for role in same}
    for role in (*others, *nested, *outer):
        is_mine = role.is_mailish or not is_env_like(host)
        if role.name not in names and role.group not in hosted and is_mine:
            found.append(role)
    return Group(found)


def is_env_like(role: Role) -> bool:
    return role.entry.is_variable or len(role.container) == 0


def finding_of(file: File, host: Role, group: Group) -> Finding | None:
    text = host.entry.text
    name = host_of(text)
    if text.lower().startswith(("gmail", "sendgrid", "mailgun")) and host.name == "url":
        name = name or "smtp.gmail.com"
    if is_dead(group):
        return None
    port = group.entry("port")
    ports = {port.text.strip() if port is not None else "", port_of(text)}
    if ports & MAIL_READING_PORTS:
        return None
    user, password = group.entry("user"), group.entry("password")
    inside, _ = user_of(text)
    kind = " ".join(role.entry.text.lower() for role in group.roles if role.name == "kind")
    has_login = bool(user is not None or password is not None or inside)
    if not has_login and not is_submitting(name, host, group):
        return None
    auth = "basic" if has_login else "none"
    if has_login and (any(word in kind for word in OAUTH) or "oauth" in query_of(text, "auth")):
        auth = "oauth"
    is_left_out = user is not None and not user.text and (password is None or not password.text)
    if is_relay(name) or (is_left_out and not is_exchange_online(name)):
        auth = "none"
    account, source = inside, host.entry.source
    if user is None and password is not None and not account:
        user = sender_of(group)
    if not account and user is not None:
        account = "" if PLACEHOLDER.search(user.text) else user.text.strip()
        source = user.source
    if (
        any(one.isspace() for one in account)
        or auth == "none"
        or account.lower() in ("null", "none", "true", "false")
    ):
        account = ""
    account = account.partition(":")[0] if "@" in account.partition(":")[0] else account
    account = account.lower() if "@" in account else account
    return Finding(
        file.path, host.entry.line, technique_of(file, host), name, account, auth,
        source if account else "",
    )  # fmt: skip


def sender_of(group: Group) -> Entry | None:
    """With a password and no user, who logs in is who sends."""
    for role in group.roles:
        is_from = role.entry.path[-1].lower().endswith(("from", "sender", "email", "fromaddress"))
        if role.name == "sender" and is_from and ADDRESS.fullmatch(role.entry.text.strip()):
            return role.entry
    return None


def is_dead(group: Group) -> bool:
    """Switched off, or told to write mails to a log."""
    for role in group.roles:
        text = role.entry.text.strip().lower()
        if role.name == "enabled" and text in ("false", "no", "0", "off"):
            return True
        if role.name == "disabled" and text in ("true", "yes", "1", "on"):
            return True
        if role.name == "kind" and re.search(r"^(log|array|null)$|console|locmem|dummy", text):
            return True
        if role.name == "kind" and re.match(r"(imap|pop3?)(s|tls|ssl)?$", text):
            return True
    return False


def is_submitting(name: str, host: Role, group: Group) -> bool:
    """Without a login: more is said than where a server would be."""
    if not host.is_mailish:
        return False
    if "." not in name and name and not is_local(name):
        return group.entry("port") is not None
    if is_exchange_online(name):
        return group.entry("sender") is not None
    return (
        group.entry("port") is not None or group.entry("sender") is not None or host.name == "url"
    )


def secrets_of(file: File, group: Group) -> list[Secret]:
    found = []
    for role in group.roles:
        text = role.entry.text.strip()
        if role.name == "password" and not role.entry.path[-1].lower().endswith("file"):
            if is_secret(text) and not PLACEHOLDER.search(text) and not text.startswith("$"):
                found.append(Secret(file.path, role.entry.line, "password"))
        elif role.name == "url":
            inside = user_of(text)[1]
            if is_secret(inside) and not PLACEHOLDER.search(inside):
                found.append(Secret(file.path, role.entry.line, "password in a URL"))
    return found


def technique_of(file: File, host: Role) -> str:
    """What reads the file, as far as its name or keys tell; else its format."""
    keys = ".".join(host.entry.path).lower()
    name = file.name.lower()
    marks = (
        ("spring.mail", "Spring Mail"),
        ("mailsettings", "System.Net.Mail settings"),
        ("mail.smtp.", "JavaMail settings"),
        ("smtp_smarthost", "Alertmanager"),
        ("smarthost", "Alertmanager"),
        ("gitlab_rails", "GitLab"),
        ("mailer_dsn", "Symfony Mailer"),
        ("sendemail", "git send-email"),
    )
    for mark, technique in marks:
        if mark in keys:
            return technique
    if name.startswith(("docker-compose", "compose")):
        return "Docker Compose environment"
    if name in ("grafana.ini", "defaults.ini", "gitlab.rb"):
        return name.partition(".")[0].capitalize().replace("Defaults", "Grafana")
    if keys.startswith("mail_host") and file.kind == "env":
        return "Laravel mail"
    if name.startswith("appsettings"):
        return "appsettings"
    return f"{file.kind or 'shell'} settings"
