from __future__ import annotations

import pytest

from inventory.replies import FAMILIES, classify

HOST = "[AM0PR01CA0001.eurprd01.prod.outlook.com 2026-10-01T07:15:02.123Z 08DE000000000001]"


@pytest.mark.parametrize(
    ("text", "family", "code", "enhanced"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
            f"Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. {HOST}",
            "tenant",
            535,
            "5.7.139",
        ),
        (
            "smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, "
            "SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/x')",
            "mailbox",
            535,
            "5.7.139",
        ),
        (
            "535-5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "basic",
            535,
            "5.7.139",
        ),
        (
            "5.7.139 Authentication unsuccessful, user is locked by your organization's security "
            "defaults policy. Contact your administrator.",
            "security_defaults",
            None,
            "5.7.139",
        ),
        (
            f"535 5.7.139 …, the request did not meet the criteria to be authenticated {HOST}",
            "criteria",
            535,
            "5.7.139",
        ),
        (
            "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
            "password",
            535,
            "5.7.139",
        ),
        (f"535 5.7.3 Authentication unsuccessful {HOST}", "generic", 535, "5.7.3"),
        (
            "The server response was: 5.7.57 Client not authenticated to send mail. "
            f"Error: 535 5.7.139 Authentication unsuccessful, the user credentials were "
            f"incorrect. {HOST}",
            "password",
            535,
            "5.7.139",
        ),
        (
            "The server response was: 5.7.57 Client not authenticated to send mail. "
            f"Error: 535 5.7.3 Authentication unsuccessful {HOST}",
            "generic",
            535,
            "5.7.3",
        ),
        (
            "530 5.7.57 Client was not authenticated to send anonymous mail during MAIL FROM",
            "not_authenticated",
            530,
            "5.7.57",
        ),
        (
            "550 5.7.30 Basic authentication is not supported for Client Submission.",
            "retired",
            550,
            "5.7.30",
        ),
        (
            "554 5.2.252 SendAsDenied; scan@contoso.com not allowed to send as hr@contoso.com",
            "send_as",
            554,
            "5.2.252",
        ),
        ("432 4.3.2 Concurrent connections limit exceeded.", "connections", 432, "4.3.2"),
        ("421 4.4.2 Message submission rate for this client exceeded", "rate", 421, "4.4.2"),
        ("421 4.7.66 TLS 1.0 and 1.1 are not supported.", "tls", 421, "4.7.66"),
        (
            "550 5.7.68 TenantInboundAttribution; Direct Send not allowed",
            "direct_send",
            550,
            "5.7.68",
        ),
        ("550 5.7.64 TenantAttribution; Relay Access Denied", "relay", 550, "5.7.64"),
        ("550 5.7.233 tenant exceeded its limit", "limit", 550, "5.7.233"),
        ("E-mail send error, server returned 535", "generic", 535, ""),
    ],
)
def test_knows_what_a_reply_means(text: str, family: str, code: int | None, enhanced: str) -> None:
    found = classify(f"Nov 24 07:15:02 mfp-01 job 4236: {text}")
    assert found is not None
    assert (found.family.name, found.code, found.enhanced) == (family, code, enhanced)


@pytest.mark.parametrize(
    "text",
    ["", "Scan job 535012 sent", "250 2.0.0 OK", "firmware 5.7.30.1 loaded", "from 10.5.7.139"],
)
def test_takes_nothing_else_for_a_reply(text: str) -> None:
    assert classify(text) is None


def test_says_for_each_family_what_to_do() -> None:
    assert all(family.meaning for family in FAMILIES.values())
    assert not FAMILIES["connections"].is_refusal
