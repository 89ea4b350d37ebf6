"""The one door out: every byte that leaves for a network goes through here.

Two ways: `Door.call` to a network's own base address, which is a setting and passes as that exact scheme, host and
port (so the sandbox does); and `Door.fetch` for addresses that came out of a payload, which must be public after
resolution and are pinned to the address that was checked. Redirects are never followed by `call`; `fetch` checks each.
"""

import logging
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import httpx

from otklik.lib.address import safe_address
from otklik.lib.public import is_public

logging.getLogger("httpx").setLevel(logging.CRITICAL)  # it logs whole URLs, tokens included
logging.getLogger("httpcore").setLevel(logging.CRITICAL)


class NotSent(Exception):
    """Not a byte of the request reached the other side: it is safe to try again."""


class NoAnswer(Exception):
    """The request may have arrived; what became of it is not known."""


class Refused(Exception):
    """The address is not one that we go to."""


class TooLarge(Exception):
    """The answer is longer than was allowed."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart form."""

    field: str
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Door:
    """What is needed to go out: a door is made once from the settings and is safe to share between threads.

    `bases` are the networks' base addresses. Times are in seconds, sizes in bytes.
    """

    bases: frozenset[str] = frozenset()
    proxy: str = ""
    ca_file: str = ""
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    max_bytes: int = 8 * 1024 * 1024
    _clients: dict[str, httpx.Client] = field(default_factory=dict, repr=False, compare=False)

    def call(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        files: Sequence[Upload] = (),
        headers: Mapping[str, str] | None = None,
        read_timeout: float | None = None,
    ) -> Reply:
        """One request to a network's own base address; `body` is JSON. Raises Refused, NotSent, NoAnswer, TooLarge."""
        if _origin(url) not in {_origin(base) for base in self.bases}:
            raise Refused("this address is not the base address of any network")
        request = self._client().build_request(
            method,
            url,
            data=dict(form) if form is not None else None,
            content=body,
            files=[(f.field, (f.name, f.content, f.content_type)) for f in files] or None,
            headers={**({"Content-Type": "application/json"} if body is not None else {}), **(headers or {})},
            timeout=httpx.Timeout(read_timeout or self.read_timeout, connect=self.connect_timeout),
        )
        return self._send(request, self.max_bytes)

    def fetch(
        self, url: str, *, max_bytes: int | None = None, read_timeout: float | None = None, hops: int = 3
    ) -> Reply:
        """GET an address from a payload. Same errors as `call`; each redirect is checked anew."""
        for _ in range(hops + 1):
            reply = self._send(self._pinned("GET", url, (), read_timeout), max_bytes or self.max_bytes)
            if reply.status not in (301, 302, 303, 307, 308):
                return reply
            url = urljoin(url, reply.headers.get("location", ""))
        raise Refused("too many redirects")

    def upload(self, url: str, files: Sequence[Upload], *, read_timeout: float | None = None) -> Reply:
        """POST files to an address from a payload. Same errors as `call`; a redirect is an answer like any other."""
        return self._send(self._pinned("POST", url, files, read_timeout), self.max_bytes)

    def _pinned(self, method: str, url: str, files: Sequence[Upload], read_timeout: float | None) -> httpx.Request:
        if not safe_address(url):
            raise Refused("not a plain http(s) address")
        timeout = httpx.Timeout(read_timeout or self.read_timeout, connect=self.connect_timeout)
        form = [(f.field, (f.name, f.content, f.content_type)) for f in files] or None
        if _origin(url) in {_origin(base) for base in self.bases}:
            return self._client().build_request(method, url, files=form, timeout=timeout)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if self.proxy:
            # It is the proxy that resolves, so there is nothing to pin; but it need not be asked for a bare number.
            with suppress(NotSent):
                _public_address(host, port, socket.AI_NUMERICHOST)
            return self._client().build_request(method, url, files=form, timeout=timeout)
        address = _public_address(host, port)
        shown = f"[{address}]" if ":" in address else address
        netloc = shown if parts.port is None else f"{shown}:{parts.port}"
        return self._client().build_request(
            method,
            parts._replace(netloc=netloc).geturl(),
            files=form,
            headers={"Host": parts.netloc},
            extensions={"sni_hostname": host},
            timeout=timeout,
        )

    def _client(self) -> httpx.Client:
        # No connection is kept: a kept one that the other side has just closed would turn "not sent" into "unknown".
        if "one" not in self._clients:
            self._clients["one"] = httpx.Client(
                proxy=self.proxy or None,
                verify=ssl.create_default_context(cafile=self.ca_file) if self.ca_file else True,
                trust_env=False,
                follow_redirects=False,
                limits=httpx.Limits(max_keepalive_connections=0, max_connections=64),
                headers={"User-Agent": "Otklik"},
            )
        return self._clients["one"]

    def _send(self, request: httpx.Request, max_bytes: int) -> Reply:
        try:
            answer = self._client().send(request, stream=True)
            try:
                body = bytearray()
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > max_bytes:
                        raise TooLarge(f"the answer is over {max_bytes} bytes")
                return Reply(answer.status_code, dict(answer.headers), bytes(body))
            finally:
                answer.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent(type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The message of httpx quotes the URL, and the URL may hold a token: the class says enough.
            raise NoAnswer(type(error).__name__) from None


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise Refused("the port of this address is not a number") from None
    return (parts.scheme, parts.hostname or "", port or (443 if parts.scheme == "https" else 80))


def _public_address(host: str, port: int, flags: int = 0) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    except (socket.gaierror, UnicodeError):
        raise NotSent("the name does not resolve") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not all(is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise Refused("the address leads into a private network")
    return addresses[0]
