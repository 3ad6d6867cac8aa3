"""One signed POST, as the Standard Webhooks specification has it; docs/events.md."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from http import HTTPStatus

import requests
from django.conf import settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from inventory.models import Event
from tracker.channels.addresses import AddressRefused, PublicAdapter
from tracker.models import Subscription

TIMEOUT_SECONDS = (5, 15)
"""To connect, and between two pieces of the answer."""


@dataclass(frozen=True)
class Answer:
    code: int | None
    """The HTTP status; None when there was no answer."""
    error: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.code is not None and 200 <= self.code < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing more, ever."""
        return self.code == HTTPStatus.GONE


def send(subscription: Subscription, event: Event, now: dt.datetime) -> Answer:
    """POST one event; never raises for what the other side or its address does."""
    body = json.dumps(payload(event), ensure_ascii=False)
    try:
        code = post(subscription.url, body, headers(subscription.secret, event, body, now))
    except AddressRefused as error:
        return Answer(None, str(error))
    except (requests.RequestException, EmptyWebhookSecretError, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}")
    return Answer(code, "" if 200 <= code < 300 else f"HTTP {code}")


def post(url: str, body: str, signed: dict[str, str]) -> int:
    """The HTTP status; nothing of the answer's body is read, for it may be endless."""
    with requests.Session() as session:
        if not settings.ALLOW_PRIVATE_WEBHOOKS:
            session.mount("http://", PublicAdapter())
            session.mount("https://", PublicAdapter())
        with session.post(
            url,
            data=body.encode(),
            headers=signed,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,  # The address was chosen by a person, not by the receiver.
            stream=True,
        ) as response:
            return response.status_code


def payload(event: Event) -> dict[str, object]:
    return {
        "type": event.kind,
        "timestamp": event.occurred_at.isoformat(),
        "data": {"tenant": event.tenant.name, "subject_id": event.subject_id, **event.data},
    }


def headers(secret: str, event: Event, body: str, now: dt.datetime) -> dict[str, str]:
    """`webhook-id` stays the same over all attempts, so that a receiver can tell a repetition."""
    uid = str(event.uid)
    return {
        "content-type": "application/json",
        "user-agent": "Offramp-Webhook/1",
        "webhook-id": uid,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(uid, now.astimezone(dt.UTC), body),
    }
