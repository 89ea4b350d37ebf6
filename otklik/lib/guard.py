"""The guard under both ways out: no connection leads into a private network, unless somebody named that network."""

import ipaddress
import socket
import ssl
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from otklik.lib.public import Address, is_public, meant

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class PrivateAddress(Exception):
    """One of the addresses of this name is neither public nor in a network that was named."""


class UnknownName(Exception):
    """Nobody has this name."""


class Guard(httpcore.NetworkBackend):
    """Resolves a name once, where the connection is made, and connects to exactly the address that it has checked: a
    name that leads elsewhere a moment later leads nowhere. `inside` are networks that are let through, `backend` makes
    the connection."""

    def __init__(self, inside: Sequence[Network] = (), backend: httpcore.NetworkBackend | None = None) -> None:
        self._inside, self._backend = inside, backend or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises what `allowed` does, besides httpcore's own errors."""
        address = str(allowed(host, port, self._inside)[0])
        return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own, with the guard under it. It takes no backend as a parameter, so the pool is made here."""

    def __init__(self, trust: ssl.SSLContext, limits: httpx.Limits) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            network_backend=Guard(),
        )


def allowed(host: str, port: int, inside: Sequence[Network] = (), *, flags: int = 0) -> list[Address]:
    """The addresses of a name. `flags` are those of getaddrinfo. Raises PrivateAddress, UnknownName."""
    addresses = resolved(host, port, flags)
    if not all(is_public(one) or lies_in(one, inside) for one in addresses):
        raise PrivateAddress
    return addresses


def resolved(host: str, port: int, flags: int = 0) -> list[Address]:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except (socket.gaierror, UnicodeError):
        raise UnknownName from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in entries]


def lies_in(address: Address, networks: Iterable[Network]) -> bool:
    own = meant(address)
    return any(own in network for network in networks if network.version == own.version)


def place_of(url: str) -> tuple[str, int]:
    """Host and port. Raises ValueError when the port is not a number."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def trust_in(ca_file: str) -> ssl.SSLContext:
    """Whose certificates are believed: those of this file, or else what httpx brings. The environment has no say."""
    return ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context(trust_env=False)
