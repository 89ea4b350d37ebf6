"""The door's way to a neighbour's program: one POST to an address that an administrator typed, each byte of it in time.

Unlike a network's base address this may be anybody's, so it is looked at where the line is opened: a name is resolved
once, all that it resolves to must be public or lie in a network that the settings name, and the line goes to exactly
that. A name that leads elsewhere a moment later leads nowhere. No redirect is followed. The time is for the whole call,
so that one who drips byte after byte holds nobody up; only a resolver of names takes the time that the system gives it.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore
import httpx

from otklik.lib.address import safe_address
from otklik.lib.http import NoAnswer, NotSent, Refused
from otklik.lib.public import Address, is_public, meant

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PRIVATE = "адрес ведёт во внутреннюю сеть, которой нет в настройках"
UNKNOWN = "такого имени нет"
NO_LINE = "связи нет"
NO_TRUST = "сертификат не подходит"
SILENT = "ответа не дождались"
BROKEN = "ответ оборвался или непонятен"


@dataclass(frozen=True, slots=True)
class Heard:
    """`body` is its beginning, as far as anybody looks at it."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Postman:
    """Made once from the settings; safe to share between threads. `seconds` are for a whole call, `most` bytes of an
    answer are read. `inside` are networks that are not public and may be called all the same."""

    inside: Sequence[str] = ()
    proxy: str = ""
    ca_file: str = ""
    seconds: float = 10.0
    most: int = 2048
    _trust: dict[str, ssl.SSLContext] = field(default_factory=dict, repr=False, compare=False)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        """Raises Refused, NotSent (not a byte arrived) or NoAnswer (it may have), each with words for a person."""
        end = time.monotonic() + self.seconds
        if not safe_address(url):
            raise Refused("это не адрес")
        told = [("Content-Type", "application/json"), ("User-Agent", "Otklik"), *headers.items()]
        try:
            with self._way(url, end) as way, way.stream("POST", url, headers=told, content=body) as answer:
                kept = bytearray()
                for piece in answer.iter_stream():
                    kept += piece
                    if len(kept) >= self.most:
                        break
                return Heard(answer.status, bytes(kept[: self.most]))
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError) as error:
            distrust = any(isinstance(cause, ssl.SSLError) for cause in error.args)
            raise NotSent(NO_TRUST if distrust else NO_LINE) from None
        except httpcore.TimeoutException:
            raise NoAnswer(SILENT) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise NoAnswer(BROKEN) from None

    def check(self, url: str) -> None:
        """Whether it may be called, as far as can be told now. Raises Refused, or NotSent when nobody has that name."""
        _allowed(*_place(url), self._networks())

    def _networks(self) -> list[Network]:
        return [ipaddress.ip_network(one) for one in self.inside]

    def _way(self, url: str, end: float) -> httpcore.ConnectionPool:
        """Straight to it, or through the proxy, which then resolves the name itself; inside no proxy is asked."""
        straight = httpcore.ConnectionPool(
            ssl_context=self._context(), network_backend=_Lines(end, self._networks()), max_keepalive_connections=0
        )
        if not self.proxy or self._is_inside(url):
            return straight
        parts = urlsplit(self.proxy)
        known = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        return httpcore.HTTPProxy(
            proxy_url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            proxy_auth=known,
            ssl_context=self._context(),
            network_backend=_Lines(end, None),
            max_keepalive_connections=0,
        )

    def _is_inside(self, url: str) -> bool:
        """Raises Refused for a private address that nobody named. A name that only the proxy knows is its affair."""
        try:
            found = _allowed(*_place(url), self._networks())
        except NotSent:
            return False
        return all(_lies_in(one, self._networks()) for one in found)

    def _context(self) -> ssl.SSLContext:
        if "one" not in self._trust:
            own = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None
            self._trust["one"] = own or httpx.create_ssl_context(trust_env=False)
        return self._trust["one"]


class _Lines(httpcore.NetworkBackend):
    """Opens lines to allowed addresses alone; `inside` None: to a proxy, which is a setting."""

    def __init__(self, end: float, inside: Sequence[Network] | None) -> None:
        self._end, self._inside, self._lines = end, inside, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        place = host if self._inside is None else str(_allowed(host, port, self._inside)[0])
        left = _left(self._end, httpcore.ConnectTimeout)
        return _Timed(self._lines.connect_tcp(place, port, left, local_address, socket_options), self._end)


class _Timed(httpcore.NetworkStream):
    """A line on which every wait is what is left of the whole call."""

    def __init__(self, line: httpcore.NetworkStream, end: float) -> None:
        self._line, self._end = line, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._line.read(max_bytes, _left(self._end, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.write(buffer, _left(self._end, httpcore.WriteTimeout))

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._end, httpcore.ConnectTimeout)
        return _Timed(self._line.start_tls(ssl_context, server_hostname, left), self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._line.get_extra_info(info)


def _left(end: float, late: type[Exception]) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise late
    return left


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _allowed(host: str, port: int, inside: Sequence[Network]) -> list[Address]:
    """The addresses of a name. Raises Refused when any of them leads where nobody is called, NotSent without any."""
    found = _resolved(host, port)
    if not all(is_public(one) or _lies_in(one, inside) for one in found):
        raise Refused(PRIVATE)
    return found


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotSent(UNKNOWN) from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _lies_in(address: Address, networks: Iterable[Network]) -> bool:
    own = meant(address)
    return any(own in network for network in networks if network.version == own.version)
