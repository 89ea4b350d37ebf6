import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otklik.networks.facebook.network import Facebook
from otklik.networks.meta.client import proof, usage_of
from otklik.networks.meta.hook import signature
from otklik.networks.meta.reading import ident, next_page, number_id, scrubbed, when
from otklik.networks.meta.tests.contract import BARE, ESCAPED, PLAIN, handshake, push
from otklik.networks.meta.tests.scripted import DIALECT

ODD_TIMES: tuple[Any, ...] = (0, -1, True, 1.5, None, [], 2**70, 10**18)
ODD_NUMBERS: tuple[Any, ...] = (0, -5, True, 1.5, None, [], {}, "", "-1", "1_2_3", "a", "1" * 31, "١", "MAZDZD")


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
    usage = usage_of(headers)
    assert (usage.percent, usage.spent, usage.slow) == (percent, percent >= 100, percent >= 80)
    assert usage.regain == (timedelta(minutes=minutes) if minutes else None)
    senseless = usage_of(business({"call_count": 100, "estimated_time_to_regain_access": 1e300}))
    assert timedelta() < senseless.rest <= timedelta(days=2)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2021-07-21T21:05:14+0000", datetime(2021, 7, 21, 21, 5, 14, tzinfo=UTC)),
        ("2021-07-21T21:05:14+03:00", datetime(2021, 7, 21, 18, 5, 14, tzinfo=UTC)),
        (1449135003, datetime(2015, 12, 3, 9, 30, 3, tzinfo=UTC)),
        (1449135003123, datetime(2015, 12, 3, 9, 30, 3, tzinfo=UTC)),
        *((odd, None) for odd in ("", "soon", "2021-13-40T99:99:99+0000", "0001-01-01T00:00:00+1400")),
        *((odd, None) for odd in ODD_TIMES),
    ],
)
def test_three_spellings_of_a_time_are_read(value: Any, at: datetime | None) -> None:
    assert when(value) == at


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("1", "1"), ("1_2", "1_2"), (12345654332, "12345654332"), ("17841452691600098", "17841452691600098")),
        *((odd, "") for odd in ODD_NUMBERS),
    ],
)
def test_an_id_is_a_text_or_a_number(value: Any, number: str) -> None:
    assert ident(value) == number
    assert number_id(value) == (number if "_" not in number else "")


def test_links_to_further_pages_are_read_without_their_token_and_never_kept() -> None:
    link = "https://graph.facebook.com/v26.0/1/feed?access_token=SECRET&until=5&since&__paging_token=p&limit=9"
    after = {"cursors": {"after": "MAZDZD"}}
    assert next_page({"paging": {"next": link}}) == {"until": "5", "__paging_token": "p"}
    assert next_page({"paging": {"next": link, **after}}) == {"after": "MAZDZD"}
    assert next_page({"paging": after}) == next_page({"paging": {"next": "http://[broken"}}) == {}
    kept = scrubbed({"data": [{"a": {"paging": {"next": link}}}], "paging": {"previous": link, **after}})
    assert kept == {"data": [{"a": {"paging": {"cursors": {}}}}], "paging": after}
    deep: Any = {}
    for _ in range(500):
        deep = {"a": [deep]}
    assert json.dumps(scrubbed(deep)).count("{") < 40, "what is nested without end is cut off"


def test_proofs_and_signatures_are_the_published_ones_and_without_a_word_no_handshake_is_believed() -> None:
    assert proof("tok", "s") == "352ffbae29705af2fbb062825e8fd09dc9b42711086dad819f3f3644763f7b7d"
    assert len(PLAIN) == 105
    assert [signature(body, "app-secret") for body in (BARE, PLAIN, ESCAPED)] == [
        "sha256=0c214b95d5a06ac09f5177ea1231c34a3a02ab7ca6135535c1ec13b62c8a6342",
        "sha256=bab854391478310289eeceb3beba0ddef4d417ae079c992e024eee0b3a1c09aa",
        "sha256=d203cc5480f1950851cc4a016e085395effe70185c99bc6d6bc8dd6e798d6d32",
    ]
    assert Facebook().raw(push(ESCAPED)).body == ESCAPED
    assert not Facebook().authentic(handshake(verify_token=""), replace(DIALECT.account, secret=""))
    for challenge in ("", "<script>", "12 3", "1" * 21, "١٢٣", "-1"):
        answer = Facebook().answer_to(handshake(challenge=challenge), DIALECT.account)
        assert (answer.status, answer.body, answer.store) == (400, b"", False), challenge
