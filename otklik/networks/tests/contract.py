"""What the tests that are the same for all networks need to know of each: a `Contract` in each network's own tests."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Address, CannotTell, HttpAnswer, Incoming, Network, Origin, Raw, ReadPlace, Speech
from otklik.networks.errors import NetworkError, NotSupported
from tests.make.scripted import DROP, Answer, Dialect, Script

GARBLED = (DROP, Answer(b"", 500), Answer(b"<html>", 502), Answer(b"<html>"), Answer(b"[" * 100_000))
Kind = type[NetworkError]
Sample = tuple[Any, Mapping[str, str]]


@dataclass(frozen=True)
class Speaking:
    """A text, the script's name of the call that speaks it, and answers after which nobody knows what became of it."""

    speech: Speech
    call: str
    unclear: tuple[Any, ...]


@dataclass(frozen=True)
class Reading:
    """A place, the script's name of a call that reads it, and answers that end the reading with a class.

    `keys` are the kinds that the account has, () = all.
    """

    place: ReadPlace
    call: str
    failures: tuple[tuple[Any, Kind], ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looking:
    """Our answer, the script's name of a call that looks for it, and answers with what `find` makes of them.

    `there` is an answer in which our text stands, written when it was first attempted, under this `address`; `endless`
    are answers that never come to an end.
    """

    speech: Speech
    call: str
    failures: tuple[tuple[Any, Kind | type[CannotTell]], ...]
    there: Any = None
    address: str = ""
    endless: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Hooks:
    """Pushes that are the network's own, each another event; handshakes with their answers; and forgeries of both.

    `signed`: there is a secret without which nobody is believed.
    """

    pushes: tuple[Incoming, ...]
    forged: tuple[Incoming, ...]
    handshakes: tuple[tuple[Incoming, HttpAnswer], ...] = ()
    signed: bool = True


@dataclass(frozen=True)
class Payloads:
    """`broken` bodies besides those that break any network, `samples` with everything in them, `silent` ones in which
    nobody says anything. `contexts` are those under which a body may have been heard.

    `post` makes a payload of one text with these words, by an author with this name. `lacking` makes one whose field
    holds this value; with any of `no_numbers` in one of `fields` it is no text. `recorded` answers stand beside the
    project: so many at least, with so many events.
    """

    contexts: tuple[Mapping[str, str], ...]
    broken: tuple[bytes, ...]
    samples: tuple[Sample, ...]
    silent: tuple[Any, ...]
    post: Callable[[str], Raw]
    lacking: Callable[[str, Any], Raw]
    fields: tuple[str, ...]
    no_numbers: tuple[Any, ...]
    recorded: Callable[[], Iterable[bytes]] = tuple
    most: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Links:
    """What links lead to; what people paste for an account or a place, by what is understood, "" = nothing."""

    addresses: Mapping[Address | type[NotSupported] | None, tuple[str, ...]]
    accounts: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    site: str = ""


@dataclass(frozen=True)
class Contract:
    """`voice` is the author id of the account. `ready` plays what is asked before a call that a test is about.

    `refusals` are answers to the first of `speaks`; `unsaid` are texts that are refused before a byte leaves.
    """

    network: Network
    dialect: Dialect
    voice: str
    speaks: tuple[Speaking, ...]
    refusals: tuple[tuple[Any, Kind], ...]
    unsaid: tuple[tuple[Speech, Kind], ...]
    reads: tuple[Reading, ...]
    hooks: Hooks
    payloads: Payloads
    links: Links
    looks: tuple[Looking, ...] = ()
    ready: Callable[[Script], None] = lambda script: None


def polled(body: Any, context: Mapping[str, str] | None = None) -> Raw:
    """A payload with this JSON, or with these bytes."""
    return Raw(Origin.POLL, body if isinstance(body, bytes) else json.dumps(body).encode(), context=context or {})
