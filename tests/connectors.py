"""A connector alone against the sandbox: how it is called, how it reads again and again, and a hook of its own."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from otklik.lib.http import HttpClient
from otklik.networks.base import Access, Deletion, Edit, Event, Fetched, Incoming, Json, Network, Post, Raw, ReadPlace
from tests.make.scripted import server_of
from tests.sandbox.process import Sandbox

SECRET = "hook-secret_for-tests"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
Kind = TypeVar("Kind")


def access(
    sandbox: Sandbox, kind: str, external_id: object, tokens: dict[str, str], options: dict[str, Json] | None = None
) -> Access:
    """An account in the sandbox's network of this kind. Its client leads nowhere else, and it never waits for news."""
    base = f"{sandbox.base}/{kind}"
    return Access(
        external_id=str(external_id),
        base=base,
        http=HttpClient(bases=frozenset({sandbox.base}), read_timeout=10.0),
        turn=lambda kind: None,
        tokens=tokens,
        secret=SECRET,
        options={"wait": 0, "site": base, **(options or {})},
    )


def with_tokens(account: Access, **tokens: str) -> Access:
    """The account with these keys in place of its own of the same kinds; "" takes one away."""
    return replace(account, tokens={kind: token for kind, token in {**account.tokens, **tokens}.items() if token})


class Reading:
    """A place read again and again, with the cursor kept as JSON between, as the database keeps it.

    `late` is added to our clock. Of the payloads only those are given that are new by their key, since the database
    keeps no others. No secret may come into what is kept.
    """

    def __init__(self, network: Network, access: Access, kind: str, external_id: object) -> None:
        self.network, self.access, self.kind, self.external_id = network, access, kind, str(external_id)
        self.cursor, self.called = "{}", ""
        self.late, self.again_in = timedelta(0), timedelta(0)
        self.keys: set[str] = set()

    def fetched(self) -> Fetched:
        place = ReadPlace(self.kind, self.external_id, json.loads(self.cursor))
        batch = self.network.fetch(self.access, place, datetime.now(UTC) + self.late)
        self.cursor, self.called, self.again_in = json.dumps(batch.cursor), batch.place, batch.again_in
        for token in self.access.tokens.values():
            assert all(token.encode() not in raw.body for raw in batch.raws)
            assert token not in self.cursor
        return batch

    def raws(self) -> list[Raw]:
        fresh = [raw for raw in self.fetched().raws if raw.key not in self.keys]
        self.keys |= {raw.key for raw in fresh if raw.key}
        return fresh

    def events(self) -> list[Event]:
        return [event for raw in self.raws() for event in self.network.parse(raw)]

    def posts(self) -> list[Post]:
        return only(self.events(), Post)

    def texts(self) -> list[str]:
        return [post.text for post in self.posts()]

    def looks(self, most: int) -> list[Event]:
        """Everything that so many looks bring."""
        return [event for _ in range(most) for event in self.events()]


def only(events: list[Event], kind: type[Kind]) -> list[Kind]:
    return [event for event in events if isinstance(event, kind)]


def by_address(events: list[Event]) -> dict[str, Post]:
    return {post.external_id: post for post in only(events, Post)}


def address_of(event: Event) -> str:
    return event.post.external_id if isinstance(event, Edit) else event.external_id


def gone(events: list[Event]) -> list[str]:
    return [deletion.external_id for deletion in only(events, Deletion)]


@contextmanager
def serving(answer: Callable[[Incoming], tuple[int, str, bytes]]) -> Iterator[str]:
    """A server of the test's own on this machine; its address. `answer`: a request to status, type, body."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(urlsplit(self.path).query))
            status, content_type, content = answer(Incoming(self.command, query, headers, body, self.client_address[0]))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - names of the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            return

    with server_of(Handler) as address:
        yield address


class Hook:
    """What a webhook of our own has heard: it does what the product's does, 403 or the connector's answer."""

    def __init__(self, network: Network, access: Access) -> None:
        self.network, self.access = network, access
        self.raws: list[Raw] = []
        self.refused = 0
        self.url = ""

    def answer(self, request: Incoming) -> tuple[int, str, bytes]:
        if not self.network.authentic(request, self.access):
            self.refused += 1
            return 403, "text/plain", b""
        answer = self.network.answer_to(request, self.access)
        if answer.store:
            self.raws.append(self.network.raw(request))
        return answer.status, answer.content_type, answer.body

    def events(self) -> list[Event]:
        site = str(self.access.options["site"])
        raws = [replace(raw, context={**raw.context, "site": site}) for raw in self.raws]
        return [event for raw in raws for event in self.network.parse(raw)]


@contextmanager
def hook(network: Network, access: Access) -> Iterator[Hook]:
    made = Hook(network, access)
    with serving(made.answer) as base:
        made.url = f"{base}/hooks/{network.kind}/abc"
        yield made
