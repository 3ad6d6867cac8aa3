"""What mail libraries call a server, a login and sending."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from inventory.scripts.forms import Call, Text, path_of, walk
from inventory.scripts.resolve import Resolver


@dataclass(frozen=True)
class Client:
    """How a library is told. Positions count arguments of the creation; -1: by name only.

    `marks`: text one of which the file must hold, for names that others use too.
    """

    technique: str
    languages: tuple[str, ...]
    names: tuple[str, ...]
    host: int = -1
    user: int = -1
    password: int = -1
    default_host: str = ""
    marks: tuple[str, ...] = ()
    is_once: bool = False
    """The call itself sends."""
    is_factory: bool = False
    """Need not be sent through in this file: frameworks do."""
    is_url: bool = False
    """The name is a mail client's only where the first argument is the address of a server."""


URL_LOOKUPS = ("email", "email_url")
"""django-environ takes a whole server from one URL in the environment."""

PY, PS, PHP, CS, JAVA, JS = "python", "powershell", "php", "csharp", "java", "javascript"
VB, GO, PERL = "visualbasic", "go", "perl"

CLIENTS = (
    Client("yagmail", (PY,), ("SMTP",), user=0, password=1, default_host="smtp.gmail.com",
           marks=("yagmail",)),
    Client("aiosmtplib", (PY,), ("SMTP",), host=0, marks=("aiosmtplib",)),
    Client("aiosmtplib", (PY,), ("send",), marks=("aiosmtplib",), is_once=True),
    Client("smtplib", (PY,), ("SMTP", "SMTP_SSL"), host=0, marks=("smtplib",)),
    Client("redmail", (PY,), ("EmailSender",), host=0, marks=("redmail",)),
    Client("logging SMTPHandler", (PY,), ("SMTPHandler",), host=0, is_factory=True),
    Client("envelopes", (PY,), ("SMTP",), host=0, marks=("envelopes",)),
    Client("fastapi-mail", (PY,), ("ConnectionConfig",), marks=("fastapi_mail",), is_factory=True),
    Client("Django", (PY,), ("get_connection", "EmailBackend"), marks=("django",),
           is_factory=True),
    Client("Django", (PY,), URL_LOOKUPS, marks=("environ",), is_factory=True),
    Client("SmtpClient", (PS, CS, VB), ("SmtpClient",), host=0),
    Client("FluentEmail", (CS,), ("AddSmtpSender",), host=0, user=2, password=3,
           is_factory=True),
    Client("CDO.Message", (PS, VB), ("message",), marks=("cdo.message", "CDO.Message")),
    Client("EASendMail", (CS, PS, VB), ("SmtpServer",), host=0, marks=("EASendMail",)),
    Client("PHPMailer", (PHP,), ("PHPMailer",)),
    Client("Swift Mailer", (PHP,), ("Swift_SmtpTransport",), host=0, is_factory=True),
    Client("Swift Mailer", (PHP,), ("newInstance",), host=0, marks=("Swift_SmtpTransport",),
           is_factory=True),
    Client("Symfony Mailer", (PHP,), ("EsmtpTransport", "SmtpTransport"), host=0, is_factory=True),
    Client("Symfony Mailer", (PHP,), ("fromDsn",), host=0, is_factory=True),
    Client("PEAR Mail", (PHP,), ("factory",), marks=("Mail.php", "Mail::factory"),
           is_factory=True),
    Client("Laminas Mail", (PHP,), ("SmtpOptions", "Zend_Mail_Transport_Smtp"), host=0,
           is_factory=True),
    Client("Nette Mail", (PHP,), ("SmtpMailer",), host=0, is_factory=True),
    Client("JavaMailSender", (JAVA,), ("JavaMailSenderImpl",), is_factory=True),
    Client("Vert.x Mail", (JAVA,), ("MailConfig",), marks=("vertx",), is_factory=True),
    Client("Commons Email", (JAVA,),
           ("SimpleEmail", "HtmlEmail", "MultiPartEmail", "ImageHtmlEmail")),
    Client("Simple Java Mail", (JAVA,), ("withSMTPServer", "withSMTPServerHost"), host=0, user=2,
           password=3, is_factory=True),
    Client("nodemailer", (JS,), ("createTransport",), host=0, is_factory=True),
    Client("nodemailer", (JS,), ("forRoot", "forRootAsync"), marks=("MailerModule",),
           is_factory=True),
    Client("email-templates", (JS,), ("Email",), marks=("email-templates",), is_factory=True),
    Client("emailjs", (JS,), ("SMTPClient",), marks=("emailjs",), is_factory=True),
    Client("Camel", (JAVA,), ("to", "toD", "endpoint"), host=0, marks=("camel",),
           is_once=True, is_url=True),
    Client("net/smtp", (GO,), ("SendMail",), host=0, marks=("net/smtp",), is_once=True),
    Client("net/smtp", (GO,), ("Dial", "DialStartTLS", "DialTLS"), host=0, marks=("net/smtp",)),
    Client("gomail", (GO,), ("NewDialer", "NewPlainDialer"), host=0, user=2, password=3,
           marks=("gomail",), is_factory=True),
    Client("go-mail", (GO,), ("NewClient",), host=0, marks=("go-mail",), is_factory=True),
    Client("Net::SMTP", (PERL,), ("SMTP", "SSL", "TLS"), host=0, marks=("Net::SMTP",)),
    Client("Email::Sender", (PERL,), ("SMTP", "SMTPS", "Persistent"),
           marks=("Email::Sender::Transport",), is_factory=True),
    Client("Mail::Sender", (PERL,), ("Sender",), marks=("Mail::Sender",), is_factory=True),
    Client("MIME::Lite", (PERL,), ("send",), host=1, marks=("MIME::Lite",), is_once=True),
    Client("JavaMail", (JAVA,), ("getInstance", "getDefaultInstance"), marks=("Session",),
           is_factory=True),
)  # fmt: skip

HOSTS = {
    "host", "hostname", "smtphost", "smtpserver", "server", "smtp_host", "mail_server",
    "mail.smtp.host", "mail.smtps.host", "mailhost", "smtp_server", "servername", "smtpservername",
    "http://schemas.microsoft.com/cdo/configuration/smtpserver", "domain",
}  # fmt: skip
USERS = {
    "user", "username", "smtpusername", "smtp_user", "login", "mail_username", "user_name",
    "mail.smtp.user", "mail.smtps.user", "sendusername", "mail.user", "smtp_username",
    "http://schemas.microsoft.com/cdo/configuration/sendusername", "sasl_username", "authuser",
    "authid",
}  # fmt: skip
PASSWORDS = {
    "password", "pass", "smtppassword", "mail_password", "sendpassword", "smtp_pass", "pwd",
    "smtp_password", "mail.smtp.password",
    "http://schemas.microsoft.com/cdo/configuration/sendpassword", "sasl_password", "authpass",
    "authpwd",
}  # fmt: skip
NESTED = {"auth", "connection_config", "connectionconfig", "smtp", "options", "transport"}
CONNECTS = {"connect", "connectasync", "sethost", "sethostname", "setsmtphost"}
SERVICES = {
    "outlook365": "smtp.office365.com",
    "office365": "smtp.office365.com",
    "gmail": "smtp.gmail.com",
    "hotmail": "smtp-mail.outlook.com",
    "outlook": "smtp-mail.outlook.com",
    "sendgrid": "smtp.sendgrid.net",
    "mailgun": "smtp.mailgun.org",
}
"""Names that nodemailer knows."""

LOGINS = {
    "login", "authenticate", "authenticateasync", "setauthentication", "auth_login", "smtpauth",
}  # fmt: skip
SENDS = {
    "send", "sendasync", "sendmailasync", "sendmail", "send_message", "send_mail", "quicksend",
    "sendemail", "sendmessage",
}  # fmt: skip
CREDENTIALS = {
    "networkcredential", "pscredential", "passwordauthentication", "defaultauthenticator",
    "smtpauthenticator", "usernamepasswordcredentials", "saslmechanismlogin",
    "saslmechanismplain",
}  # fmt: skip
OAUTH_CREDENTIALS = {"saslmechanismoauth2", "saslmechanismoauthbearer", "oauth", "xoauth2"}
OAUTH_WORDS = ("xoauth2", "oauth2", "oauthbearer", "oauth")


SETTINGS_OF_CLIENTS = ("fields", "configuration", "getjavamailproperties")
"""What a client calls the settings that it takes from a variable of their own."""


BY_NAME: dict[tuple[str, str], list[Client]] = defaultdict(list)
for _client in CLIENTS:
    for _name in {name.lower() for name in _client.names}:
        for _language in _client.languages:
            BY_NAME[_language, _name].append(_client)


def spec_of(resolver: Resolver, call: Call) -> Client | None:
    unit = resolver.unit
    renamed = renamings(unit.text) if unit.language == PY else {}
    method = renamed.get(call.method, call.method)
    for spec in BY_NAME.get((unit.language, method.lower()), ()):
        owner = path_of(call.receiver)
        if spec.marks and not any(mark in unit.text for mark in spec.marks):
            continue
        if spec.technique == "smtplib" and call.receiver is not None and owner[-1:] == ("server",):
            continue
        if spec.technique in ("yagmail", "aiosmtplib", "envelopes", "smtplib"):
            if owner and owner[-1] not in (spec.technique, *aliases(unit.text, spec.technique)):
                continue
            if not owner and not is_imported(unit.text, spec.technique, method):
                continue
        if spec.technique == "net/smtp" and owner[-1:] != ("smtp",):
            continue
        if spec.technique == "Net::SMTP" and not "".join(owner).startswith("Net::SMTP"):
            continue
        if spec.technique == "MIME::Lite" and not is_by_smtp(call):
            continue
        if spec.is_url and not is_url(call):
            continue
        if method in ("forRoot", "forRootAsync") and owner[-1:] != ("MailerModule",):
            continue
        if method in URL_LOOKUPS and owner[-1:] != ("env",):
            continue
        if method == "get_connection" and not call.named:
            continue
        if spec.technique == "JavaMail" and owner[-1:] != ("Session",):
            continue
        if spec.technique in ("SmtpClient", "CDO.Message", "PHPMailer") and not call.is_new:
            continue
        if spec.technique == "CDO.Message" and "cdo" not in "".join(owner).lower():
            continue
        if spec.technique == "PEAR Mail" and owner != ("Mail",):
            continue
        if call.method == "newInstance" and owner != ("Swift_SmtpTransport",):
            continue
        return spec
    return None


def is_by_smtp(call: Call) -> bool:
    """`MIME::Lite->send("smtp", host, …)`."""
    return bool(call.args) and isinstance(call.args[0], Text) and call.args[0].text == "smtp"


def is_url(call: Call) -> bool:
    texts = [one.text for arg in call.args[:1] for one in walk(arg) if isinstance(one, Text)]
    return bool(texts) and re.match(r"smtps?:", texts[0]) is not None


@lru_cache(maxsize=8)
def renamings(text: str) -> dict[str, str]:
    """{name: its own} of `from smtplib import SMTP as name`."""
    return {alias: name for name, alias in re.findall(r"\b(SMTP(?:_SSL)?)\s+as\s+(\w+)", text)}


def aliases(text: str, module: str) -> list[str]:
    return re.findall(rf"import\s+{module}\s+as\s+(\w+)", text)


def is_imported(text: str, module: str, name: str) -> bool:
    return re.search(rf"from\s+{module}\s+import\s+[^\n]*(\b{name}\b|\*|\()", text) is not None
