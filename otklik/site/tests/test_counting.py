from datetime import timedelta

import pytest
from django.test import Client

from otklik.lib import clock, counters
from otklik.site import counting
from otklik.site.exposition import as_text
from tests.make import answers, cards, inbox, publishing
from tests.region import PASSWORD, build_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _anew() -> None:
    counting.begin()


def lines_of(client: Client, name: str) -> dict[str, float]:
    """The lines of one figure as machines read them, those with nought left out."""
    lines = [line for line in client.get("/metrics").content.decode().splitlines() if line.startswith(name)]
    figures = {line.rpartition(" ")[0].removeprefix(name): float(line.rpartition(" ")[2]) for line in lines}
    return {labels: value for labels, value in figures.items() if value}


def test_requests_are_counted_by_kind_of_page_how_they_ended_and_how_long_they_took(client: Client) -> None:
    for address in ("/accounts/login/", "/accounts/login/", "/queue/", "/incidents/7/", "/no-such-page/x/", "/healthz"):
        client.get(address)
    for address in ("/incidents/7/live/", "/queue/changes/", "/pulse/"):
        client.get(address)
    assert lines_of(client, "otklik_requests_total") == {
        '{page="accounts",status="2xx"}': 2,
        '{page="incidents",status="3xx"}': 1,
        '{page="live",status="2xx"}': 1,
        '{page="live",status="3xx"}': 2,
        '{page="other",status="4xx"}': 1,
        '{page="queue",status="3xx"}': 1,
    }
    spans = lines_of(client, "otklik_request_seconds")
    assert spans['_bucket{page="accounts",le="+Inf"}'] == spans['_count{page="accounts"}'] == 2
    assert spans['_sum{page="accounts"}'] > 0
    shares = [spans.get(f'_bucket{{page="accounts",le="{most}"}}', 0) for most in counting.BUCKETS]
    assert shares == sorted(shares), "each holds those before it"


def test_sign_ins_that_fail_are_counted_and_those_that_do_not_are_not(client: Client) -> None:
    build_people()
    for password in ("wrong", "wrong too", PASSWORD):
        client.post("/accounts/login/", {"login": "operator", "password": password})
    assert lines_of(client, "otklik_signin_failures_total") == {"": 2}


def test_what_came_in_and_what_went_out_in_the_last_hour_is_told_by_network(client: Client) -> None:
    now = clock.now()
    kinds = (("vk", 5, False), ("vk", 59, False), ("vk", 61, False), ("vk", 5, True), ("telegram", 5, False))
    for network, minutes, own in kinds:
        inbox.message(network=network, own=own, at=now - timedelta(minutes=minutes))
    for minutes in (3, 63):
        at = now - timedelta(hours=2)
        publishing.sent(answers.answer(cards.card(at=at)), at=now - timedelta(minutes=minutes))
    assert lines_of(client, "otklik_messages_last_hour") == {'{network="telegram"}': 1, '{network="vk"}': 2}
    assert lines_of(client, "otklik_answers_last_hour") == {'{network="vk"}': 1}


def test_each_process_has_a_row_of_its_own_and_an_unknown_name_counts_nowhere() -> None:
    numbers = counters.Counters(["a", "b"])
    for process in (1, 2, 2 + counters.ROWS):
        numbers.take_row(process)
        numbers.add("a", 1.5)
        numbers.add("unknown")
    assert numbers.sums() == {"a": 4.5}
    assert as_text([]) == "\n"
