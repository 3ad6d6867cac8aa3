"""Microsoft's answers as what a person has to do. The texts are those that its services give."""

from __future__ import annotations

import pytest

from inventory.microsoft.advice import advise

ANSWERS = {
    "Service principal-less Authentication failed: the service principal for App ID "
    "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 was not found": "Create the service principal",
    "the tenant has no service principal of Microsoft's app "
    "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 (Transport Data Platform)": "Create the service",
    "HTTP 403: the app lacks a permission, or its admin consent (Forbidden)": "Give the app",
    "sign-in logs need Microsoft Entra ID P1, which is not there": "licence of Microsoft Entra",
    "Microsoft does not accept the app: AADSTS7000222: The provided client secret keys for app "
    "'x' are expired.": "has expired",
    "Microsoft does not accept the app: AADSTS7000215: Invalid client secret provided.": "wrong",
    "AADSTS700016: Application with identifier 'x' was not found in the directory": "application",
    "HTTP 400: Invalid StartDate value. The StartDate can't be older than 90 days from today.": (
        "keeps message traces for 90 days"
    ),
    "given up after 8 failures: HTTP 429: Your recent queries have surpassed the permitted limit, "
    "please try again later.": "100 requests",
    "HTTP 503: Service Unavailable": "collect again",
    "there is no contoso.pem, no contoso.secret and no OFFRAMP_SECRET_CONTOSO": "Put the cert",
    "HTTP 405: Method Not Allowed": "OFFRAMP_EXCHANGE_URL",
}


@pytest.mark.parametrize(("said", "todo"), ANSWERS.items())
def test_says_what_to_do(said: str, todo: str) -> None:
    assert todo in advise(said)


def test_names_the_permission_of_the_source() -> None:
    said = "HTTP 403: the app lacks a permission, or its admin consent"
    assert "ExchangeMessageTrace.Read.All" in advise(said, "message_trace")
    assert "Exchange.ManageAsApp" in advise(said, "cas_mailbox")


def test_says_nothing_of_what_it_does_not_know() -> None:
    assert advise("HTTP 418: short and stout") == ""
