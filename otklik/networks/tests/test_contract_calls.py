from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Access, CannotTell, ReadPlace, Speech
from otklik.networks.errors import NeedsPerson, NetworkError, NotSupported, OutcomeUnknown, RetryAt
from otklik.networks.registry import NETWORKS
from otklik.networks.tests.contract import GARBLED, Contract, Kind, Looking, Reading, Speaking
from otklik.networks.tests.every import CONTRACTS, each
from otklik.networks.tests.reading import address_of_ours
from tests.make.scripted import NOWHERE, Script

pytestmark = pytest.mark.enable_socket
NOW = datetime(2026, 9, 21, 14, 0, tzinfo=UTC)
PLACES = ("own", "foreign", "search", "link", "dialogue", "nonsense", "")


def everything(script: Script, keys: tuple[str, ...] = (), **columns: Any) -> Access:
    """The account with all its keys."""
    return script.access(*(keys or script.dialect.account.tokens), **columns)


def quotes_nothing(error: NetworkError, script: Script) -> bool:
    """Whether the error holds none of the account's secrets and none of the network's words."""
    account = script.dialect.account
    return not any(
        secret in f"{error!r} {error.code}" for secret in (*account.tokens.values(), account.secret, "тайна") if secret
    )


def test_each_network_keeps_the_contract_and_the_kind_of_every_key_fits_its_column() -> None:
    assert {contract.network.kind for contract in CONTRACTS} == set(NETWORKS)
    assert [key.kind for contract in CONTRACTS for key in contract.network.keys if len(key.kind) > 16] == []


@each(lambda contract: [(case, answer) for case in contract.speaks for answer in (*GARBLED, *case.unclear)])
def test_a_text_without_a_clear_answer_is_said_once_and_of_unknown_outcome(
    script: Script, contract: Contract, case: tuple[Speaking, Any]
) -> None:
    speaking, answer = case
    contract.ready(script)
    script.say(speaking.call, answer)
    with pytest.raises(OutcomeUnknown) as caught:
        contract.network.publish(everything(script), speaking.speech, "key")
    assert len(script.calls(speaking.call)) == 1
    assert quotes_nothing(caught.value, script)


@each(lambda contract: contract.speaks)
def test_a_text_that_never_left_may_be_said_again_and_without_keys_none_leaves(
    script: Script, contract: Contract, case: Speaking
) -> None:
    with pytest.raises(RetryAt) as caught:
        contract.network.publish(everything(script, base=NOWHERE), case.speech, "key")
    assert quotes_nothing(caught.value, script)
    with pytest.raises(NeedsPerson):
        contract.network.publish(script.access(tokens={}), case.speech, "key")
    assert script.asked == []


@each(lambda contract: contract.refusals)
def test_a_refusal_says_what_to_do_and_quotes_no_one(
    script: Script, contract: Contract, case: tuple[Any, Kind]
) -> None:
    answer, kind = case
    contract.ready(script)
    script.say(contract.speaks[0].call, answer)
    with pytest.raises(NetworkError) as caught:
        contract.network.publish(everything(script), contract.speaks[0].speech, "key")
    assert isinstance(caught.value, kind)
    assert len(script.calls(contract.speaks[0].call)) == 1
    assert quotes_nothing(caught.value, script)


@each(lambda contract: contract.unsaid)
def test_what_would_be_refused_never_leaves(script: Script, contract: Contract, case: tuple[Speech, Kind]) -> None:
    speech, kind = case
    with pytest.raises(kind):
        contract.network.publish(everything(script), speech, "key")
    assert script.asked == []


@each(
    lambda contract: [
        (reading, *row)
        for reading in contract.reads
        for row in (*((garbled, RetryAt) for garbled in GARBLED), *reading.failures)
    ]
)
def test_a_failed_reading_says_what_to_do(script: Script, contract: Contract, case: tuple[Reading, Any, Kind]) -> None:
    reading, answer, kind = case
    contract.ready(script)
    script.say(reading.call, answer)
    with pytest.raises(NetworkError) as caught:
        contract.network.fetch(everything(script, reading.keys), reading.place, NOW)
    assert isinstance(caught.value, kind)
    assert script.calls(reading.call)
    assert quotes_nothing(caught.value, script)


@each(lambda contract: contract.reads)
def test_a_server_that_is_away_is_asked_again_and_without_keys_nobody_is_asked(
    script: Script, contract: Contract, case: Reading
) -> None:
    with pytest.raises(RetryAt):
        contract.network.fetch(everything(script, case.keys, base=NOWHERE), case.place, NOW)
    with pytest.raises(NeedsPerson):
        contract.network.fetch(script.access(tokens={}), case.place, NOW)
    assert script.asked == []


@each(lambda contract: [kind for kind in PLACES if kind not in contract.network.reads])
def test_a_kind_of_place_that_a_network_lacks_is_not_supported(script: Script, contract: Contract, case: str) -> None:
    with pytest.raises(NotSupported):
        contract.network.fetch(everything(script), ReadPlace(case, script.dialect.account.external_id), NOW)
    assert script.asked == []


@each(lambda contract: [(looking, *row) for looking in contract.looks for row in looking.failures])
def test_a_look_that_fails_is_no_absence(script: Script, contract: Contract, case: tuple[Looking, Any, type]) -> None:
    looking, answer, kind = case
    contract.ready(script)
    script.say(looking.call, answer)
    if kind is CannotTell:
        assert isinstance(contract.network.find(everything(script), looking.speech), CannotTell)
        assert contract.network.replies(everything(script), looking.speech) == frozenset()
    else:
        for look in (contract.network.find, contract.network.replies):
            with pytest.raises(kind):
                look(everything(script), looking.speech)
    assert script.calls(looking.call)


@each(lambda contract: [looking for looking in contract.looks if looking.address])
def test_our_text_is_found_unless_it_stood_there_before(script: Script, contract: Contract, case: Looking) -> None:
    contract.ready(script)
    script.say(case.call, case.there)

    def address(**changes: Any) -> str:
        return address_of_ours(contract.network, everything(script), replace(case.speech, **changes))

    assert case.speech.attempted_at
    days_later = case.speech.attempted_at + timedelta(days=5)
    assert address() == case.address
    assert contract.network.replies(everything(script), case.speech) == {case.address}
    assert address(seen=frozenset({case.address})) == address(text="Другое") == ""
    assert address(attempted_at=case.speech.attempted_at + timedelta(hours=5)) == case.address, "clocks differ"
    assert address(attempted_at=days_later) == ""
    assert address(attempted_at=days_later, seen=frozenset({"another"})) == case.address, "what was seen decides"


@each(lambda contract: [looking for looking in contract.looks if looking.endless])
def test_a_look_through_too_much_gives_no_false_no(script: Script, contract: Contract, case: Looking) -> None:
    contract.ready(script)
    script.say(case.call, *case.endless)
    assert isinstance(contract.network.find(everything(script), case.speech), CannotTell)
    assert len(script.asked) < 70
    script.say(case.call, *case.endless)
    assert contract.network.replies(everything(script), case.speech) == frozenset()
