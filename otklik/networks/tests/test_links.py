from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.base import Published, Speech
from otklik.networks.errors import NotSupported
from otklik.networks.look import Reply, choose, same_text
from otklik.networks.tests.contract import Contract
from otklik.networks.tests.every import each, every

NOT_OURS = (
    *("", " ", "https://", "http://[", "http://[::1/wall-1_2", "\x00", "\ud800", "\x00\ud800vk.com/wall-1_2"),
    *("javascript:alert(1)", "https://example.org/c/-1/AZ1JazQ5AAE", "a" * 100_000),
    "https://x.example/?" + "a=1&" * 5000,
)


def elsewhere(contract: Contract) -> list[str]:
    """Links that only look like the network's."""
    paths = ("wall-1_2", "group/1/topic/2", "c/1/2", "anna/status/77", "1/posts/2", "p/A/c/1")
    hosts = [host for host in contract.network.hosts if not host.endswith(":")]
    return [
        shape.format(host=host, path=path)
        for host in hosts
        for path in paths
        for shape in (
            *("https://{host}.evil.example/{path}", "https://evil.example/{host}/{path}", "ftp://{host}/{path}"),
            *("https://evil.example/?u=https://{host}/{path}", "javascript:{host}/{path}", "https://[{host}/{path}"),
        )
    ]


@each(lambda contract: [(url, address) for address, urls in contract.links.addresses.items() for url in urls])
def test_a_link_leads_where_it_says(contract: Contract, case: tuple[str, Any]) -> None:
    url, address = case
    if address is NotSupported:
        with pytest.raises(NotSupported):
            contract.network.address_of(url, contract.links.site)
    else:
        assert contract.network.address_of(url, contract.links.site) == address


@every
def test_a_link_to_elsewhere_is_none(contract: Contract) -> None:
    links = (*NOT_OURS, *elsewhere(contract))
    assert [link[:99] for link in links if contract.network.address_of(link, contract.links.site) is not None] == []


@each(lambda contract: [(typed, number) for number, all_ in contract.links.accounts.items() for typed in all_])
def test_an_account_is_known_by_what_people_paste(contract: Contract, case: tuple[str, str]) -> None:
    typed, number = case
    assert contract.network.account_id(typed) == number


@each(lambda contract: [(typed, place) for place, all_ in contract.links.places.items() for typed in all_])
def test_a_place_is_known_by_what_people_paste(contract: Contract, case: tuple[str, str]) -> None:
    typed, place = case
    assert contract.network.place_id(typed) == place


@every
def test_a_voice_is_the_author_of_what_the_account_says_and_what_is_no_account_is_none(contract: Contract) -> None:
    assert contract.network.voice(contract.dialect.account.external_id) == contract.voice
    senseless = ("", "\ud800", "x" * 100_000, "http://[::1", "Город", "два слова")
    assert [typed[:99] for typed in senseless if contract.network.account_id(typed)] == []


NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SPEECH = Speech("Свет дадут к шести", "n:1", "n:1", attempted_at=NOW)


def reply(number: int, words: str = SPEECH.text, at: datetime | None = NOW) -> Reply:
    return Reply(f"n:{number}", f"https://n.example/{number}", words, at)


def test_of_those_that_were_not_there_before_the_first_said_is_ours() -> None:
    assert choose([reply(3), reply(2), reply(1, "Другое")], SPEECH) == Published("n:2", "https://n.example/2")
    assert choose([reply(2)], replace(SPEECH, seen=frozenset({"n:2"}))) is None
    old = reply(2, at=NOW - timedelta(days=1, seconds=1))
    assert choose([old], SPEECH) is None
    assert choose([old], replace(SPEECH, seen=frozenset({"n:1"})))
    assert choose([reply(2, at=NOW - timedelta(days=1))], SPEECH)
    assert choose([reply(2, at=None)], SPEECH)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        *(("Свет  дадут\nк шести", "свет дадут к шести", True), ("«Вода» &amp; газ", "«Вода» & газ", True)),
        *(("Да", "Нет", False), ("👍", "👍", True), ("👍", "👎", False)),
    ],
)
def test_texts_are_the_same_to_a_reader(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same
