"""Settings that a framework reads from source files: Django, Flask, CodeIgniter, WordPress and
others name the server in constants and send elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.scripts.findings import Finding, Found, Secret, best_account, best_host
from inventory.scripts.forms import Call, Expr, Place, Table, walk
from inventory.scripts.hosts import is_relay
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.facts import is_secret


@dataclass(frozen=True)
class Framework:
    technique: str
    languages: tuple[str, ...]
    host: str
    user: str
    password: str
    marks: tuple[str, ...] = ()


FRAMEWORKS = (
    Framework("Django", ("python",), "EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"),
    Framework("Flask-Mail", ("python",), "MAIL_SERVER", "MAIL_USERNAME", "MAIL_PASSWORD"),
    Framework("Python settings", ("python",), "SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD"),
    Framework("Python settings", ("python",), "SMTP_SERVER", "SMTP_USERNAME", "SMTP_PASSWORD"),
    Framework("CodeIgniter", ("php",), "smtp_host", "smtp_user", "smtp_pass"),
    Framework("CodeIgniter", ("php",), "SMTPHost", "SMTPUser", "SMTPPass"),
    Framework("Nextcloud", ("php",), "mail_smtphost", "mail_smtpname", "mail_smtppassword"),
    Framework("WordPress", ("php",), "SMTP_HOST", "SMTP_USER", "SMTP_PASS", ("define", "wp-")),
    Framework("WordPress", ("php",), "WPMS_SMTP_HOST", "WPMS_SMTP_USER", "WPMS_SMTP_PASS"),
    Framework("Drupal", ("php",), "smtp_host", "smtp_username", "smtp_password"),
    Framework("Joomla", ("php",), "smtphost", "smtpuser", "smtppass"),
    Framework("Moodle", ("php",), "smtphosts", "smtpuser", "smtppass"),
)  # fmt: skip

Setting = tuple[Expr, Place]


def frameworks(resolver: Resolver) -> Found:
    found = Found([], [])
    for framework in FRAMEWORKS:
        unit = resolver.unit
        if unit.language not in framework.languages or framework.host not in unit.text:
            continue
        if framework.technique == "WordPress" and not is_constants_file(resolver):
            continue
        if framework.technique == "Python settings" and "smtplib" in unit.text:
            continue
        for group in groups(resolver, framework):
            if framework.technique == "Python settings" and framework.password not in group:
                continue  # Constants of whoever imports them.
            finding = finding_of(resolver, framework, group)
            if finding is not None:
                found.findings.append(finding)
                found.secrets += secrets_of(resolver, group.get(framework.password))
    return found


def is_constants_file(resolver: Resolver) -> bool:
    """Defines the constants and makes no client itself."""
    return "PHPMailer" not in resolver.unit.text and any(
        placed.call.method == "define" for placed in resolver.unit.calls
    )


def groups(resolver: Resolver, framework: Framework) -> list[dict[str, Setting]]:
    """The settings that stand together: names of one scope or keys of one table."""
    wanted = {framework.host, framework.user, framework.password}
    named: dict[tuple[object, ...], dict[str, Setting]] = {}
    for assign in resolver.unit.assigns:
        name = assign.path[-1].removeprefix(".")
        if name in wanted:
            key = (assign.place.scope, assign.path[:-1])
            named.setdefault(key, {}).setdefault(name, (assign.value, assign.place))
    tables = [group for one in tables_of(resolver) if (group := from_table(one, wanted))]
    return [group for group in (*named.values(), *tables) if framework.host in group]


def tables_of(resolver: Resolver) -> list[tuple[Table, Place]]:
    """Every table of the file; named arguments, as of `update(…)`, are one too."""
    found: list[tuple[Table, Place]] = []
    for assign in resolver.unit.assigns:
        found += [(one, assign.place) for one in walk(assign.value) if isinstance(one, Table)]
    for placed in resolver.unit.calls:
        call: Call = placed.call
        found.append((Table(call.named, call.line), placed.place))
        found += [
            (one, placed.place) for arg in call.args for one in walk(arg) if isinstance(one, Table)
        ]
    for function in resolver.unit.functions:
        place = Place(function.scope, (), 10**9)
        for value in function.returns:
            found += [(one, place) for one in walk(value) if isinstance(one, Table)]
    return found


def from_table(one: tuple[Table, Place], wanted: set[str]) -> dict[str, Setting]:
    table, place = one
    return {name: (value, place) for name, value in table.items if name in wanted}


def finding_of(
    resolver: Resolver, framework: Framework, group: dict[str, Setting]
) -> Finding | None:
    host, line = best_host(resolver, *group[framework.host])
    if not host and is_passed_on(resolver, group[framework.host]):
        return None
    account, source, auth = "", "", "none"
    if user := group.get(framework.user):
        account, source = best_account(resolver, *user)
        is_empty = any(value.text == "" for value in resolver.values(*user))
        auth = "none" if is_empty and not account else "basic"
    if is_switched_off(resolver):
        return None
    if is_relay(host):
        account, source, auth = "", "", "none"
    line = line or group[framework.host][0].line
    return Finding(resolver.unit.path, line, framework.technique, host, account, auth, source)


def is_passed_on(resolver: Resolver, setting: Setting) -> bool:
    return not resolver.values(*setting) and "None" in str(setting[0])


def is_switched_off(resolver: Resolver) -> bool:
    """Django's back ends that write mails elsewhere."""
    for assign in resolver.unit.assigns:
        if assign.path == ("EMAIL_BACKEND",):
            texts = [value.text for value in resolver.values(assign.value, assign.place)]
            if texts and all(not text.endswith("smtp.EmailBackend") for text in texts):
                return any(
                    word in text
                    for text in texts
                    for word in ("console", "locmem", "dummy", "file")
                )
    return False


def secrets_of(resolver: Resolver, setting: Setting | None) -> list[Secret]:
    if setting is None:
        return []
    return [
        Secret(resolver.unit.path, value.line, "password")
        for value in resolver.values(*setting)[:1]
        if value.source == "literal" and value.is_known and is_secret(value.text)
    ]
