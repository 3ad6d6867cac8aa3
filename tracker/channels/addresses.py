"""Where a webhook may go. An address that people type in must not reach into our own network."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

REFUSED = [
    # Public by its number, but answered by the host of every Azure machine:
    # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
    ipaddress.ip_network("168.63.129.16/32"),
    # These carry an IPv4 address, which may be a private one: NAT64, 6to4, Teredo.
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
]


class AddressRefused(Exception):
    """This address is not called; the message says why."""


class PublicAdapter(HTTPAdapter):
    """Calls public addresses only, and the very address that was checked.

    A second look-up of the name could find another. The name stays in the Host header, in the
    TLS handshake and in what the certificate is checked against.
    """

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        target: Any
        pool: Any
        target, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = target["host"]
        target["host"] = public_address(name, target["port"])
        if target["scheme"] == "https":
            pool |= {"server_hostname": name, "assert_hostname": name}
        return target, pool

    def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:
        # urllib3 would name the address.
        request.headers["Host"] = urlsplit(str(request.url)).netloc.rpartition("@")[2]


def public_address(host: str, port: int | None) -> str:
    """An address of the host, all of which are public; raises AddressRefused."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"the host cannot be found: {error}") from None
    addresses = [str(address[0]) for *_, address in found]
    if not all(map(is_public, addresses)):
        raise AddressRefused("the host has a private address (OFFRAMP_PRIVATE_WEBHOOKS allows it)")
    return addresses[0]


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in REFUSED)
