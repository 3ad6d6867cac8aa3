"""What a person has to do about what Microsoft answered. No database.

Looked for in what a pull keeps of the answer, for Microsoft has one code for many faults.
"""

from __future__ import annotations

import re

CONSENT = (
    "Give the app registration the permission as an application permission, and let an "
    "administrator consent to it for the organisation"
)
STEPS: tuple[tuple[str, str], ...] = (
    (
        r"8bd644d1-64a1-4d4b-ae52-2e0cbf64e373|service principal-less",
        "Create the service principal of Microsoft's app 8bd644d1-64a1-4d4b-ae52-2e0cbf64e373: "
        'POST https://graph.microsoft.com/v1.0/servicePrincipals {"appId": "8bd644d1-64a1-4d4b-'
        'ae52-2e0cbf64e373"}. It takes some hours to be ready',
    ),
    (
        r"entra id p1|NonPremiumTenant|premium licen[cs]e",
        "Sign-in logs need a licence of Microsoft Entra ID P1 or P2 in the organisation. Without "
        "one, switch sign-ins off in the connection; nothing can be said from them then",
    ),
    (r"AADSTS7000222", "The client secret has expired: make a new one, or use a certificate"),
    (
        r"AADSTS7000215",
        "The client secret is wrong: put its value, not its ID, where Offramp looks for it",
    ),
    (
        r"AADSTS700027|AADSTS700024|AADSTS7000216",
        "The certificate is not the one of the app registration, or has expired: upload it there",
    ),
    (
        r"AADSTS700016|AADSTS7000229|AADSTS650051",
        "The application ID is not known in this directory: correct the connection, or consent to "
        "the app there",
    ),
    (r"AADSTS90002|AADSTS900023", "The directory ID is wrong: correct the connection"),
    (r"AADSTS53003|AADSTS530", "A Conditional Access policy stops the app: exclude it there"),
    (
        r"there is no \S+\.pem|credential .* cannot be read|\.pem file",
        "Put the certificate or secret that the connection names where Offramp looks for it",
    ),
    (
        r"older than 90 days",
        "Microsoft keeps message traces for 90 days: collect from a later day on",
    ),
    (
        r"longer than 10 days|EndDate is required|ResultSize is invalid|Invalid StartDate",
        "Microsoft did not take the period: collect again, and report it if it comes back",
    ),
    (
        r"HTTP 405",
        "Exchange Online does not offer this interface at the address: check OFFRAMP_EXCHANGE_URL",
    ),
    (r"lacks a permission|HTTP 403|AADSTS65001", CONSENT),
    (
        r"HTTP 429|surpassed the permitted limit|too many requests",
        "Microsoft asks for less: other tools may use up the same quota of 100 requests in five "
        "minutes. Collect again later",
    ),
    (r"HTTP 5\d\d|no answer|cannot be reached", "Microsoft could not be reached: collect again"),
    (r"larger than [\d,]+ MB", "Collect shorter periods, or raise OFFRAMP_REPORT_LIMIT_MB"),
)
PERMISSIONS = {
    "message_trace": "ExchangeMessageTrace.Read.All of Microsoft Graph",
    "sign_ins": "AuditLog.Read.All of Microsoft Graph",
    "background_sign_ins": "AuditLog.Read.All of Microsoft Graph",
    "cas_mailbox": "Exchange.ManageAsApp of Office 365 Exchange Online, and a role that may read",
    "transport_config": "Exchange.ManageAsApp of Office 365 Exchange Online, and a role that may "
    "read",
    "authentication_policy": "Exchange.ManageAsApp of Office 365 Exchange Online, and a role that "
    "may read",
}


def advise(error: str, source: str = "") -> str:
    """One sentence, or "" when the answer is not one that we know."""
    for pattern, step in STEPS:
        if re.search(pattern, error, re.IGNORECASE):
            needed = PERMISSIONS.get(source, "")
            return f"{step} ({needed})" if step is CONSENT and needed else step
    return ""
