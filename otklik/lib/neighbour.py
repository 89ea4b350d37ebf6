"""The way to a neighbour's program: one POST to an address that an administrator typed, each byte of it in time.

Unlike a network's base address this may be anybody's, so the guard (otklik/lib/guard.py) looks at it where the line is
opened: it must be public or lie in a network that the settings name. No redirect is followed. The time is for the whole
call, so that one who drips byte after byte holds nobody up; only a resolver of names takes what time the system gives.
"""

import ipaddress
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore

from otklik.lib.address import safe_address
from otklik.lib.guard import Guard, Network, PrivateAddress, UnknownName, allowed, lies_in, place_of, trust_in
from otklik.lib.http import NoAnswer, NotSent, Refused
from otklik.lib.sentence import Sentence as _

PRIVATE = _("адрес ведёт во внутреннюю сеть, которой нет в настройках")
UNKNOWN = _("такого имени нет")
NO_LINE = _("связи нет")
NO_TRUST = _("сертификат не подходит")
SILENT = _("ответа не дождались")
BROKEN = _("ответ оборвался или непонятен")


@dataclass(frozen=True, slots=True)
class Heard:
    """`body` is its beginning, as far as anybody looks at it."""

    status: int
    body: bytes


@dataclass(frozen=True)
class NeighbourClient:
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
            raise Refused(_("это не адрес"))
        all_headers = [("Content-Type", "application/json"), ("User-Agent", "Otklik"), *headers.items()]
        try:
            with self._way(url, end) as way, way.stream("POST", url, headers=all_headers, content=body) as answer:
                kept = bytearray()
                for piece in answer.iter_stream():
                    kept += piece
                    if len(kept) >= self.most:
                        break
                return Heard(answer.status, bytes(kept[: self.most]))
        except PrivateAddress:
            raise Refused(PRIVATE) from None
        except UnknownName:
            raise NotSent(UNKNOWN) from None
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.ProxyError) as error:
            distrust = any(isinstance(cause, ssl.SSLError) for cause in error.args)
            raise NotSent(NO_TRUST if distrust else NO_LINE) from None
        except httpcore.TimeoutException:
            raise NoAnswer(SILENT) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise NoAnswer(BROKEN) from None

    def check(self, url: str) -> None:
        """Whether it may be called, as far as can be told now. Raises Refused, or NotSent when nobody has that name."""
        try:
            allowed(*place_of(url), self._networks())
        except PrivateAddress:
            raise Refused(PRIVATE) from None
        except UnknownName:
            raise NotSent(UNKNOWN) from None

    def _networks(self) -> list[Network]:
        return [ipaddress.ip_network(one) for one in self.inside]

    def _way(self, url: str, end: float) -> httpcore.ConnectionPool:
        """Straight to it, or through the proxy, which then resolves the name itself; inside no proxy is asked."""
        lines = _TimedBackend(end)
        if not self.proxy or self._is_inside(url):
            guard = Guard(self._networks(), lines)
            return httpcore.ConnectionPool(
                ssl_context=self._context(), network_backend=guard, max_keepalive_connections=0
            )
        parts = urlsplit(self.proxy)
        known = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        return httpcore.HTTPProxy(
            proxy_url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            proxy_auth=known,
            ssl_context=self._context(),
            network_backend=lines,
            max_keepalive_connections=0,
        )

    def _is_inside(self, url: str) -> bool:
        """Raises PrivateAddress for one that nobody named. A name that only the proxy knows is its affair."""
        try:
            addresses = allowed(*place_of(url), self._networks())
        except UnknownName:
            return False
        return all(lies_in(one, self._networks()) for one in addresses)

    def _context(self) -> ssl.SSLContext:
        if "one" not in self._trust:
            self._trust["one"] = trust_in(self.ca_file)
        return self._trust["one"]


class _TimedBackend(httpcore.SyncBackend):
    def __init__(self, end: float) -> None:
        self._end = end

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._end, httpcore.ConnectTimeout)
        return _Timed(super().connect_tcp(host, port, left, local_address, socket_options), self._end)


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
