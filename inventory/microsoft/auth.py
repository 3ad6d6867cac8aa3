"""App-only access tokens. The only place that knows MSAL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msal
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from inventory.microsoft.errors import Refused, Unavailable

PUBLIC_LOGIN = "https://login.microsoftonline.com"
TIMEOUT_SECONDS = 30
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S
)
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.S)


@dataclass(frozen=True)
class App:
    """An app registration, and where to find what proves that we are it."""

    login: str
    """Such as https://login.microsoftonline.com."""
    directory_id: str
    client_id: str
    credential: str
    """The name of the certificate or secret."""
    folder: Path


class Tokens:
    """Access tokens of one app, kept by MSAL until shortly before they expire."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.client: Any = None

    def token(self, resource: str, *, is_fresh: bool = False) -> str:
        """A token for `https://graph.microsoft.com`, say. Raises Refused or Unavailable.

        `is_fresh` throws away the one we have, for Microsoft may end a token early.
        """
        try:
            client = self.client = self.client or client_of(self.app)
            if is_fresh:
                client.remove_tokens_for_client()
            answer = client.acquire_token_for_client([f"{resource}/.default"])
        except requests.RequestException as error:
            raise Unavailable(f"the sign-in of Microsoft cannot be reached: {error}") from None
        except ValueError as error:  # How MSAL says that an authority or a key is no good.
            raise Refused(f"the sign-in cannot be used: {error}") from None
        if "access_token" not in answer:
            raise refusal(answer)
        return str(answer["access_token"])


@lru_cache
def tokens_of(app: App) -> Tokens:
    return Tokens(app)


def client_of(app: App) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        app.client_id,
        authority=f"{app.login}/{app.directory_id}",
        client_credential=credential_of(app),
        instance_discovery=None if app.login == PUBLIC_LOGIN else False,
        timeout=TIMEOUT_SECONDS,
    )


def credential_of(app: App) -> dict[str, str] | str:
    """The certificate before the secret, a file before the environment. Raises Refused."""
    pem = app.folder / f"{app.credential}.pem"
    secret = app.folder / f"{app.credential}.secret"
    variable = f"OFFRAMP_SECRET_{app.credential.upper().replace('-', '_')}"
    try:
        if pem.exists():
            return certificate_in(pem.read_text(encoding="ascii"))
        found = secret.read_text(encoding="utf-8") if secret.exists() else os.environ.get(variable)
    except (OSError, UnicodeError) as error:
        raise Refused(f"the credential {app.credential!r} cannot be read: {error}") from None
    if not found or not found.strip():
        raise Refused(f"there is no {pem.name}, no {secret.name} and no {variable}")
    return found.strip()


def certificate_in(text: str) -> dict[str, str]:
    key, certificate = PRIVATE_KEY.search(text), CERTIFICATE.search(text)
    if key is None or certificate is None:
        raise Refused("the .pem file must hold a private key and its certificate")
    try:
        x509.load_pem_x509_certificate(certificate[0].encode())
        loaded = load_pem_private_key(key[0].encode(), password=None)
    except (ValueError, TypeError):
        raise Refused("the .pem file holds a key or certificate that cannot be read") from None
    if not isinstance(loaded, RSAPrivateKey):
        raise Refused("the key in the .pem file must be an RSA key; Microsoft takes no other")
    return {"private_key": key[0], "public_certificate": certificate[0]}


def refusal(answer: dict[str, Any]) -> Refused | Unavailable:
    """https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
    said = str(answer.get("error_description") or answer.get("error") or "no reason given")
    first = said.splitlines()[0][:300]
    if answer.get("error") in ("temporarily_unavailable", "server_error"):
        return Unavailable(f"the sign-in of Microsoft fails: {first}")
    return Refused(f"Microsoft does not accept the app: {first}")
