"""One request to Microsoft Graph or Exchange Online, and what its answer means."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests

from inventory.microsoft.auth import Tokens
from inventory.microsoft.errors import Refused, Unavailable

TIMEOUT_SECONDS = (10, 120)
"""To connect, and between two pieces of the answer."""
SENTENCES = {
    "Service principal-less Authentication failed": (
        "the tenant has no service principal of Microsoft's app "
        "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 (Transport Data Platform); create it, then wait "
        "some hours"
    ),
    "RequestFromNonPremiumTenant": "sign-in logs need Microsoft Entra ID P1, which is not there",
    "Authentication_MSGraphPermissionMissing": "the app lacks a permission, or its admin consent",
}
"""A part of what Microsoft says, and what that means."""


@dataclass(frozen=True)
class Page:
    rows: list[dict[str, Any]]
    next_link: str
    """Empty on the last page."""
    warnings: list[str] = field(default_factory=list)


def fetch(
    tokens: Tokens,
    url: str,
    *,
    body: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Page:
    """GET a page, or POST for it when there is a body. Raises Refused or Unavailable."""
    parts = urlsplit(url)
    resource = f"{parts.scheme}://{parts.netloc}"
    answer = ask(url, tokens.token(resource), body, headers)
    if answer.status_code == HTTPStatus.UNAUTHORIZED and is_expired(answer):
        answer = ask(url, tokens.token(resource, is_fresh=True), body, headers)
    if answer.status_code != HTTPStatus.OK:
        raise refusal(answer)
    return page_of(answer, resource)


def ask(
    url: str, token: str, body: dict[str, Any] | None, headers: dict[str, str] | None
) -> requests.Response:
    try:
        return requests.request(
            "GET" if body is None else "POST",
            url,
            json=body,
            headers={**(headers or {}), "Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,  # The token is for this host alone.
        )
    except requests.RequestException as error:
        raise Unavailable(f"no answer: {type(error).__name__}") from None


def is_expired(answer: requests.Response) -> bool:
    """Not an app that is refused for good, whose answers look alike."""
    return not any(part in answer.text for part in SENTENCES)


def page_of(answer: requests.Response, resource: str) -> Page:
    try:
        found = answer.json()
        rows = found["value"]
    except (ValueError, KeyError, TypeError):
        raise Unavailable("the answer is not the JSON that was asked for") from None
    next_link = str(found.get("@odata.nextLink") or "")
    if next_link and not next_link.startswith(f"{resource}/"):
        raise Refused("the next page is said to be at another host, which gets no token of ours")
    return Page(rows, next_link, [str(said) for said in found.get("@adminapi.warnings") or []])


def refusal(answer: requests.Response) -> Refused | Unavailable:
    said = words_of(answer)
    code = answer.status_code
    if code == HTTPStatus.TOO_MANY_REQUESTS or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"HTTP {code}: {said}", wait_of(answer))
    for part, meaning in SENTENCES.items():
        if part in answer.text:
            return Refused(meaning)
    if code == HTTPStatus.FORBIDDEN:
        said = f"the app lacks a permission, or its admin consent ({said})"
    return Refused(f"HTTP {code}: {said}")


def words_of(answer: requests.Response) -> str:
    """What the error envelope of Graph or of Exchange says; a bare body has none."""
    try:
        error = answer.json()["error"]
        details = [str(part["message"]).rpartition("|")[2] for part in error.get("details") or []]
        return " ".join(details or [str(error.get("message") or error.get("code"))])[:500]
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.reason or "no reason given"


def wait_of(answer: requests.Response) -> float | None:
    """Seconds from Retry-After, which is a number or a date."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())
