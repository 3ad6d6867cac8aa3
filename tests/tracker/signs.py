"""Signs of a use that are no mail: logins, replies, scripts, lists of devices."""

from __future__ import annotations

import datetime as dt

from inventory.models import DeviceReply, KnownAsset, Script, SignIn, Submission, Tenant
from inventory.replies import FAMILIES
from tests.factories import ReportFactory, ScriptFactory

SEVEN = dt.time(7)
WRONG_PASSWORD = "50126"


def sign_in(
    tenant: Tenant,
    account: str,
    on: dt.date,
    *,
    result: str = "success",
    address: str = "203.0.113.9",
    attempts: int = 1,
    is_smtp: bool = True,
) -> SignIn:
    at = dt.datetime.combine(on, SEVEN, dt.UTC)
    is_failure = result != "success"
    return SignIn.objects.create(
        tenant=tenant,
        report=ReportFactory.create(tenant=tenant, reader="entra_graph"),
        name=account,
        address=address,
        day=on,
        is_smtp=is_smtp,
        client="Authenticated SMTP" if is_smtp else "Browser",
        result=result,
        error_code=WRONG_PASSWORD if is_failure else "",
        reason="Invalid user name or password." if is_failure else "",
        attempt_count=attempts,
        first_at=at,
        last_at=at,
    )


def reply(
    tenant: Tenant,
    on: dt.date | None,
    *,
    host: str = "",
    account: str = "",
    family: str = "mailbox",
    text: str = "535 5.7.139 Authentication unsuccessful",
) -> DeviceReply:
    return DeviceReply.objects.create(
        tenant=tenant,
        report=ReportFactory.create(tenant=tenant, reader="smtp_replies"),
        line=1,
        at=dt.datetime.combine(on, SEVEN, dt.UTC) if on else None,
        host=host,
        account=account,
        family=family,
        code=535,
        enhanced_code="5.7.139",
        is_refusal=FAMILIES[family].is_refusal,
        text=text,
    )


def script(
    tenant: Tenant,
    login: str,
    *,
    auth: str = "basic",
    gone: bool = False,
    root: str = "/srv",
    path: str = "jobs/yearly.ps1",
    found_on: dt.date = dt.date(2026, 11, 1),
) -> Submission:
    found_at = dt.datetime.combine(found_on, dt.time(), dt.UTC)
    row: Script = ScriptFactory.create(
        tenant=tenant, host_name="srv-1", path=path, last_basic_at=None
    )
    return Submission.objects.create(
        tenant=tenant,
        script=row,
        root=root,
        path=row.path,
        line=5,
        technique="Send-MailMessage",
        mail_host="smtp.office365.com",
        login=login,
        auth=auth,
        found_at=found_at,
        gone_at=found_at if gone else None,
    )


def asset(tenant: Tenant, account: str, *, host: str = "", name: str = "", **of: str) -> KnownAsset:
    return KnownAsset.objects.create(
        tenant=tenant,
        report=ReportFactory.create(tenant=tenant, reader="assets"),
        line=2,
        name=name,
        host_name=host,
        account=account,
        **of,
    )
