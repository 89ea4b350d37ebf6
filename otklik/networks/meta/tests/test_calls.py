"""What an answer means: codes, headers, times, pages. All of it pure."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.errors import AuthLost, NeedsPerson, NetworkError, OutcomeUnknown, Permanent, RetryAt
from otklik.networks.meta.failures import CODES, SUBCODES, failure, is_gone, is_right
from otklik.networks.meta.reading import ident, next_page, number_id, scrubbed, when
from otklik.networks.meta.usage import usage_of

READ: dict[type[NetworkError], list[int]] = {
    RetryAt: [1, 2, 4, 17, 32, 506, 613, 80001, 80002, 80006],
    AuthLost: [10, 102, 104, 190, 200, 210, 299],
    Permanent: [100, 368, 551, 803, 1446036],
    NeedsPerson: [324, 2200],
}
UNSURE = {1, 2, 506}
ODD: list[Any] = [0, -5, True, 1.5, None, [], {}, "", "-1", "1_2_3", "a", "1" * 31, "١", "MAZDZD", "<PSID>"]
ODD_TIMES: list[Any] = [0, -1, True, 1.5, None, [], 2**70, 10**18]
NO_IDS: list[tuple[Any, str]] = [(odd, "") for odd in ODD]


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in READ.items() for code in codes])
def test_every_code_has_its_class_and_a_sentence(code: int, kind: type[NetworkError]) -> None:
    read, write = failure(code, write=False), failure(code, write=True)
    assert type(read) is kind
    assert type(write) is (OutcomeUnknown if code in UNSURE else kind)
    assert read.code == write.code == str(code)
    assert any("а" <= letter <= "я" for letter in str(read))


def test_the_table_is_tried_whole() -> None:
    assert {code for codes in READ.values() for code in codes} | set(range(200, 300)) == set(CODES)


def test_an_unknown_or_transient_code_is_asked_again_or_looked_up() -> None:
    assert type(failure(777_777, write=False)) is RetryAt
    assert type(failure(777_777, write=True)) is OutcomeUnknown
    assert type(failure(100, write=True, transient=True)) is OutcomeUnknown
    assert type(failure(4, write=True, transient=True)) is RetryAt


@pytest.mark.parametrize("code", SUBCODES)
def test_a_subcode_has_its_own_sentence(code: tuple[int, int]) -> None:
    told = failure(*code, write=True)
    assert told.code == f"{code[0]}/{code[1]}"
    assert isinstance(told, AuthLost if code[0] == 190 else Permanent)


def test_gone_and_a_missing_right_are_told_from_the_rest() -> None:
    assert is_gone(failure(100, 33, write=False))
    assert not is_gone(failure(100, write=False))
    assert is_right(failure(10, write=False))
    assert not is_right(failure(190, 463, write=False))
    assert not is_right(failure(10, 2018278, write=True))


def test_a_limit_is_waited_out_as_long_as_the_headers_tell() -> None:
    told = failure(80001, write=True, after=timedelta(minutes=19))
    assert isinstance(told, RetryAt)
    assert told.after == timedelta(minutes=19)


def business(*entries: dict[str, Any]) -> dict[str, str]:
    return {"X-Business-Use-Case-Usage": json.dumps({"1": list(entries)})}


@pytest.mark.parametrize(
    ("headers", "percent", "minutes"),
    [
        ({}, 0, None),
        ({"X-App-Usage": '{"call_count":28,"total_time":81,"total_cputime":25}'}, 81, None),
        (business({"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 19}), 100, 19),
        (business({"call_count": 3}, {"total_cputime": 99, "estimated_time_to_regain_access": 5}), 99, 5),
        ({"x-app-usage": "not json"}, 0, None),
        ({"x-app-usage": "[1]", "x-business-use-case-usage": '{"1":{"a":1},"2":[1,null]}'}, 0, None),
        ({"x-app-usage": '{"call_count":"90","total_time":true}'}, 0, None),
    ],
)
def test_the_fullest_budget_counts(headers: dict[str, str], percent: float, minutes: int | None) -> None:
    told = usage_of(headers)
    assert told.percent == percent
    assert told.regain == (timedelta(minutes=minutes) if minutes else None)
    assert told.spent == (percent >= 100)
    assert told.slow == (percent >= 80)


def test_a_senseless_time_to_wait_is_held_in_bounds() -> None:
    told = usage_of(business({"call_count": 100, "estimated_time_to_regain_access": 1e300}))
    assert timedelta() < told.rest <= timedelta(days=2)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2021-07-21T21:05:14+0000", datetime(2021, 7, 21, 21, 5, 14, tzinfo=UTC)),
        ("2021-07-21T21:05:14+03:00", datetime(2021, 7, 21, 18, 5, 14, tzinfo=UTC)),
        (1449135003, datetime(2015, 12, 3, 9, 30, 3, tzinfo=UTC)),
        (1449135003123, datetime(2015, 12, 3, 9, 30, 3, tzinfo=UTC)),
        *((odd, None) for odd in ("", "soon", "2021-13-40T99:99:99+0000", "0001-01-01T00:00:00+1400")),
        *((odd, None) for odd in ODD_TIMES),
    ],
)
def test_three_spellings_of_a_time_are_read(value: Any, told: datetime | None) -> None:
    assert when(value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [("1", "1"), ("1_2", "1_2"), (12345654332, "12345654332"), ("17841452691600098", "17841452691600098"), *NO_IDS],
)
def test_an_id_is_a_text_or_a_number(value: Any, told: str) -> None:
    assert ident(value) == told
    assert number_id(value) == (told if "_" not in told else "")


def test_links_to_further_pages_are_read_without_their_token_and_never_kept() -> None:
    link = "https://graph.facebook.com/v26.0/1/feed?access_token=SECRET&until=5&since&__paging_token=p&limit=9"
    assert next_page({"paging": {"next": link}}) == {"until": "5", "__paging_token": "p"}
    assert next_page({"paging": {"next": link, "cursors": {"after": "MAZDZD"}}}) == {"after": "MAZDZD"}
    assert next_page({"paging": {"cursors": {"after": "MAZDZD"}}}) == {}
    assert next_page({"paging": {"next": "http://[broken"}}) == {}
    kept = scrubbed(
        {"data": [{"a": {"paging": {"next": link}}}], "paging": {"previous": link, "cursors": {"after": "x"}}}
    )
    assert "SECRET" not in json.dumps(kept)
    assert kept == {"data": [{"a": {"paging": {"cursors": {}}}}], "paging": {"cursors": {"after": "x"}}}


def test_what_is_nested_without_end_is_cut_off() -> None:
    deep: Any = {}
    for _ in range(500):
        deep = {"a": [deep]}
    assert json.dumps(scrubbed(deep)).count("{") < 40
