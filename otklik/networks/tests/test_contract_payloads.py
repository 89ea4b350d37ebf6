import json
import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from otklik.networks.base import Deletion, Edit, Event, Incoming, Post, Raw
from otklik.networks.tests.contract import Contract, polled
from otklik.networks.tests.every import each, every
from tests.tiers import fewer

BROKEN = (
    *(b"", b"{", b"null", b"[]", b"12", b"7" * 5000, b'"text"', b"\xff\xfe\x00", b"\x00" * 50, b'{"a":NaN}'),
    *(b"[" * 100_000, b'{"a":' * 100_000, b'{"data":' * 100_000, b'{"message":' * 100_000, b'{"object":' * 100_000),
)
ODD: tuple[Any, ...] = (
    *(None, True, "12", "\ud800", "\x00", -1, 0, 1.5, 2**64, 10**400, 10**4000, 1e308, "x" * 50),
    *([], {}, [[]], [1], {"a": 1}, {"count": []}, {"id": []}, {"data": []}),
)
DAMAGED = fewer(2000)


def sound(event: Event) -> bool:
    """Whether the event fits its columns and every database takes its words."""
    post = event.post if isinstance(event, Edit) else event
    texts = [post.external_id]
    if isinstance(post, Post):
        texts += [post.thread, post.parent, post.text, post.url, post.closed, post.author.name, post.author.url]
        texts += [text for each in post.attachments for text in (each.url, each.preview, each.title)]
        assert post.thread
        assert max(len(post.thread), len(post.parent)) <= 250
        assert 0 < len(post.author.external_id) <= 120
    return 0 < len(post.external_id) <= 250 and all("\x00" not in text and text.encode() is not None for text in texts)


def sound_events(contract: Contract, raw: Raw) -> list[Event]:
    events = contract.network.parse(raw)
    assert all(isinstance(event, Post | Edit | Deletion) and sound(event) for event in events)
    return events


@each(lambda contract: (*BROKEN, *contract.payloads.broken))
def test_a_broken_body_raises_nowhere(contract: Contract, case: bytes) -> None:
    for context in ({}, *contract.payloads.contexts):
        sound_events(contract, polled(case, context))
    request = Incoming("POST", {"gid": "\ud800", "bot": "\ud800"}, {}, case, "\ud800")
    assert contract.network.authentic(request, contract.dialect.account) is False
    assert contract.network.answer_to(request, contract.dialect.account).status == 200
    assert contract.network.raw(request).key


@every
def test_thousands_of_damaged_payloads_raise_nowhere_and_some_are_understood(contract: Contract) -> None:
    dice, understood = random.Random(20260921), 0
    for _ in range(DAMAGED):
        body, context = dice.choice(contract.payloads.samples)
        written = json.dumps(damaged(body, dice)).encode()
        understood += len(sound_events(contract, polled(written, context)))
        request = Incoming("POST", {}, {}, written)
        assert contract.network.raw(request).key
        contract.network.authentic(request, contract.dialect.account)
    assert understood > DAMAGED / 7


def damaged(value: Any, dice: random.Random) -> Any:
    if dice.random() < 0.07:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: damaged(each, dice) for key, each in value.items() if dice.random() > 0.05}
    if isinstance(value, list):
        return [damaged(each, dice) for each in value] * dice.choice([1, 1, 1, 0, 3])
    return value


@each(lambda contract: contract.payloads.samples)
def test_any_value_in_any_place_is_survived(contract: Contract, case: tuple[Any, dict[str, str]]) -> None:
    body, context = case
    assert sound_events(contract, polled(body, context))
    for number, path in enumerate(places(body)):
        for odd in (ODD[number % len(ODD)], ODD[(number + 8) % len(ODD)]):
            sound_events(contract, polled(put(body, path, odd), context))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a value stands inside another, all of them."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, each in inside for deeper in places(each, (*path, key)))]


def put(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[path[0]] = put(copy[path[0]], path[1:], value)
    return copy


@every
def test_text_that_no_database_takes_is_made_storable(contract: Contract) -> None:
    for word in ("\ud800", "a\x00b", "\udfff\ud800"):
        (event,) = sound_events(contract, contract.payloads.post(word))
        assert isinstance(event, Post)
        assert event.text


@each(lambda contract: contract.payloads.fields)
def test_a_text_without_a_true_number_is_none(contract: Contract, case: str) -> None:
    for value in (None, True, 1.0, [], {}, 2**70, *contract.payloads.no_numbers):
        assert contract.network.parse(contract.payloads.lacking(case, value)) == [], repr(value)


@each(lambda contract: (7, [], {}, [[[[]]]], *contract.payloads.silent))
def test_where_nobody_says_anything_there_is_no_text(contract: Contract, case: Any) -> None:
    assert contract.network.parse(polled(case)) == []


@each(lambda contract: [contract.payloads.recorded] if contract.payloads.most != (0, 0) else [])
def test_what_is_recorded_is_understood_or_left_alone(contract: Contract, case: Callable[[], Iterable[bytes]]) -> None:
    bodies = list(case())
    if not bodies:
        pytest.skip("reference pack ../shared/networks not found")
    contexts = ({}, *contract.payloads.contexts)
    events = [
        event for body in bodies for context in contexts for event in sound_events(contract, polled(body, context))
    ]
    assert (len(bodies), len(events)) >= contract.payloads.most
    assert len(events) >= contract.payloads.most[1]
