"""The one HTTP client: every byte that leaves for a network goes through here.

Two ways: `HttpClient.call` to a network's own base address, which is a setting and passes as that exact scheme, host
and port (so the sandbox does); and `HttpClient.fetch` for addresses that came out of a payload, which must be public
where the connection is made (otklik/lib/guard.py). Redirects are never followed by `call`; `fetch` checks each.
"""

import logging
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx

from otklik.lib.address import safe_address
from otklik.lib.guard import GuardedTransport, PrivateAddress, UnknownName, allowed, place_of, trust_in

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
class HttpClient:
    """What is needed to go out: made once from the settings and safe to share between threads.

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
        if not self._is_base(url):
            raise Refused("this address is not the base address of any network")
        return self._send(method, url, files, read_timeout, form=form, body=body, headers=headers)

    def fetch(
        self, url: str, *, max_bytes: int | None = None, read_timeout: float | None = None, hops: int = 3
    ) -> Reply:
        """GET an address from a payload. Same errors as `call`; each redirect is checked anew."""
        for _ in range(hops + 1):
            reply = self._reach("GET", url, (), read_timeout, max_bytes)
            if reply.status not in (301, 302, 303, 307, 308):
                return reply
            url = urljoin(url, reply.headers.get("location", ""))
        raise Refused("too many redirects")

    def upload(self, url: str, files: Sequence[Upload], *, read_timeout: float | None = None) -> Reply:
        """POST files to an address from a payload. Same errors as `call`; a redirect is an answer like any other."""
        return self._reach("POST", url, files, read_timeout)

    def _is_base(self, url: str) -> bool:
        return _origin(url) in {_origin(base) for base in self.bases}

    def _reach(
        self,
        method: str,
        url: str,
        files: Sequence[Upload],
        read_timeout: float | None,
        max_bytes: int | None = None,
    ) -> Reply:
        if not safe_address(url):
            raise Refused("not a plain http(s) address")
        if self._is_base(url):
            return self._send(method, url, files, read_timeout, max_bytes)
        try:
            if self.proxy:
                # It is the proxy that resolves, so the guard stays out; but it need not be asked for a bare number.
                with suppress(UnknownName):
                    allowed(*place_of(url), flags=socket.AI_NUMERICHOST)
            return self._send(method, url, files, read_timeout, max_bytes, guarded=not self.proxy)
        except PrivateAddress:
            raise Refused("the address leads into a private network") from None
        except (UnknownName, httpx.InvalidURL):  # the second one: no name by the rules of IDNA
            raise NotSent("the name does not resolve") from None

    def _client(self, guarded: bool) -> httpx.Client:
        # No connection is kept: a kept one that the other side has just closed would turn "not sent" into "unknown".
        name = "guarded" if guarded else "free"
        if name not in self._clients:
            trust, limits = trust_in(self.ca_file), httpx.Limits(max_keepalive_connections=0, max_connections=64)
            self._clients[name] = httpx.Client(
                transport=GuardedTransport(trust, limits) if guarded else None,
                proxy=self.proxy or None,
                verify=trust,
                trust_env=False,
                follow_redirects=False,
                limits=limits,
                headers={"User-Agent": "Otklik"},
            )
        return self._clients[name]

    def _send(
        self,
        method: str,
        url: str,
        files: Sequence[Upload],
        read_timeout: float | None,
        max_bytes: int | None = None,
        *,
        guarded: bool = False,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        client, most = self._client(guarded), max_bytes or self.max_bytes
        request = client.build_request(
            method,
            url,
            data=form,
            content=body,
            files=[(f.field, (f.name, f.content, f.content_type)) for f in files] or None,
            headers={**({"Content-Type": "application/json"} if body is not None else {}), **(headers or {})},
            timeout=httpx.Timeout(read_timeout or self.read_timeout, connect=self.connect_timeout),
        )
        try:
            answer = client.send(request, stream=True)
            try:
                content = bytearray()
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > most:
                        raise TooLarge(f"the answer is over {most} bytes")
                return Reply(answer.status_code, dict(answer.headers), bytes(content))
            finally:
                answer.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotSent(type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The message of httpx quotes the URL, and the URL may hold a token: the class says enough.
            raise NoAnswer(type(error).__name__) from None


def _origin(url: str) -> tuple[str, str, int]:
    try:
        return (urlsplit(url).scheme, *place_of(url))
    except ValueError:
        raise Refused("the port of this address is not a number") from None
