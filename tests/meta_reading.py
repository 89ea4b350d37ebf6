"""What the tests of Facebook and of Instagram share: an account of the town, a place read again and again, a hook."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import Door
from otklik.networks.base import Access, Deletion, Edit, Event, Fetched, Incoming, Json, Network, Post, Raw, ReadPlace
from tests.sandbox.meta_town import SECRET, MetaTown

WORD = "verify-word-for-tests"


def account(
    town: MetaTown, external_id: str, tokens: dict[str, str] | None = None, options: dict[str, Json] | None = None
) -> Access:
    """An account of the town. `rests` of a test are kept in the option of that name."""
    return Access(
        external_id=external_id,
        base=f"{town.sandbox.base}/meta",
        door=Door(bases=frozenset({town.sandbox.base}), read_timeout=10.0),
        turn=lambda kind: None,
        tokens={"page": town.token, "app_secret": SECRET} if tokens is None else tokens,
        secret=WORD,
        options={"site": f"{town.sandbox.base}/meta", **(options or {})},
    )


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it."""

    def __init__(self, network: Network, access: Access, kind: str, external_id: str) -> None:
        self.network, self.access, self.kind, self.external_id = network, access, kind, external_id
        self.cursor, self.called = "{}", ""
        self.again_in = timedelta(0)

    def raws(self) -> tuple[Raw, ...]:
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        found: Fetched = self.network.fetch(self.access, place, datetime.now(UTC))
        self.cursor, self.called = json.dumps(found.cursor), found.place
        self.again_in = found.again_in
        for token in self.access.tokens.values():
            assert all(token.encode() not in raw.body for raw in found.raws)
            assert token not in self.cursor
        return found.raws

    def events(self) -> list[Event]:
        return [event for raw in self.raws() for event in self.network.parse(raw)]

    def texts(self) -> list[str]:
        return [event.text for event in self.events() if isinstance(event, Post)]

    def looks(self, most: int) -> list[Event]:
        """Everything that so many looks bring."""
        return [event for _ in range(most) for event in self.events()]


class hook:  # noqa: N801 - used as a word of the test
    """A webhook of our own that does what the product's does: 403, or the connector's answer."""

    def __init__(self, network: Network, access: Access, keep: Callable[[Raw], None]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer("GET", b"")

            def do_POST(self) -> None:
                self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

            def _answer(self, method: str, body: bytes) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Incoming(method, query, headers, body)
                good = network.authentic(request, access)
                answer = network.answer_to(request, access)
                if good and answer.store:
                    keep(network.raw(request))
                told = answer.body if good else b""
                self.send_response(answer.status if good else 403)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/hook"

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()


def address_of(event: Event) -> str:
    if isinstance(event, Deletion):
        return event.external_id
    return event.post.external_id if isinstance(event, Edit) else event.external_id
