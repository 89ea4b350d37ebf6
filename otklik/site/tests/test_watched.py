import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from otklik.backups.models import Run
from otklik.flow.models import Chore, Worker
from otklik.flow.steps import FLOW
from otklik.lib import clock
from otklik.lib.room import LITTLE_BYTES, NONE_BYTES, Room, room
from otklik.networks.models import Account, Source
from otklik.site.exposition import Figure, as_objects, as_text

pytestmark = pytest.mark.django_db
TOKEN = "a-token-for-those-who-watch-machines-0123456789"
LINE = re.compile(r'otklik_[a-z_]+(?:\{(?:[a-z]+="[a-zI0-9.+-]*",?)+\})? -?[0-9.]+(?:e[+-]?\d+)?')


@pytest.fixture
def busy() -> Source:
    """An installation with something in every figure, with names that must not leave it."""
    now = clock.now()
    account = Account.objects.create(network="vk", external_id="1", title="Голос Анны")
    source = Source.objects.create(
        network="vk", kind="own", external_id="1", title="Подслушано", account=account, failures=3, error="Анна",
        last_poll_at=now - timedelta(seconds=90), due_at=now - timedelta(seconds=50),
    )  # fmt: skip
    Chore.objects.create(name="n", due_at=now, set_aside_at=now, error="ValueError: Анна")
    Worker.objects.create(name="secret-host:1", started_at=now, seen_at=now - timedelta(seconds=4))
    Run.objects.create(kind="copy", at=now - timedelta(hours=1), ok=True)
    Run.objects.create(kind="trial", at=now - timedelta(hours=2), ok=False, fault="Нет места")
    return source


def values(text: str) -> dict[str, float]:
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def test_metrics_tell_of_steps_sources_workers_deliveries_disk_and_copies(client: Client, busy: Source) -> None:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert all(LINE.fullmatch(line) for line in text.splitlines() if not line.startswith("# "))
    metrics = values(text)
    at = f'{{source="{busy.pk}",network="vk"}}'
    assert 90 <= metrics["otklik_source_read_seconds" + at] < 100
    assert metrics["otklik_source_failures" + at] == 3
    assert metrics["otklik_source_stopped" + at] == 0
    assert metrics['otklik_step_due_rows{step="fetch"}'] == 1
    assert 50 <= metrics['otklik_step_oldest_due_seconds{step="fetch"}'] < 60
    assert metrics['otklik_step_aside_rows{step="chores"}'] == 1
    assert all(f'otklik_step_due_rows{{step="{step.name}"}}' in metrics for step in FLOW)
    assert metrics["otklik_workers_alive"] == 1
    assert 4 <= metrics["otklik_worker_seen_seconds"] < 14
    assert metrics['otklik_deliveries{state="unknown"}'] == 0
    assert 0 < metrics["otklik_disk_free_bytes"] < metrics["otklik_disk_total_bytes"]
    assert metrics["otklik_database_bytes"] > 100_000
    assert 3600 <= metrics['otklik_backup_seconds{kind="copy"}'] < 3700
    assert (metrics['otklik_backup_ok{kind="copy"}'], metrics['otklik_backup_ok{kind="trial"}']) == (1, 0)


def test_scripts_are_told_the_same_as_json_and_nothing_of_people(client: Client, busy: Source) -> None:
    body = client.get("/health.json").json()
    assert body["otklik_workers_alive"] == [{"value": 1}]
    assert {"step": "fetch", "value": 1} in body["otklik_step_due_rows"]
    assert body["otklik_source_failures"] == [{"source": str(busy.pk), "network": "vk", "value": 3}]
    for address in ("/metrics", "/health.json"):
        assert not re.search(r"[А-яЁё]|\\u04|secret-host", client.get(address).content.decode()), address
    Account.objects.update(stopped_at=clock.now())
    stopped = f'otklik_source_stopped{{source="{busy.pk}",network="vk"}}'
    assert values(client.get("/metrics").content.decode())[stopped] == 1, "it waits for a person"


def test_figures_cost_few_queries(
    client: Client, busy: Source, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        Source.objects.create(network="vk", kind="foreign", external_id=f"{number}", title="т", account=busy.account)
    with django_assert_max_num_queries(10):
        client.get("/metrics")


def test_figures_are_for_this_machine_or_for_whoever_has_the_token(client: Client, settings: Settings) -> None:
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    asked: list[tuple[str, dict[str, Any], int]] = [
        ("", {}, 200),
        ("", {"REMOTE_ADDR": "::1"}, 200),
        ("", {"REMOTE_ADDR": "10.0.0.5"}, 403),
        ("", {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ("", {"HTTP_FORWARDED": "for=127.0.0.1"}, 403),
        ("", {"HTTP_AUTHORIZATION": "Bearer ", "REMOTE_ADDR": "10.0.0.5"}, 403),
        (TOKEN, {}, 403),
        (TOKEN, {**bearer, "REMOTE_ADDR": "10.0.0.5"}, 200),
        (TOKEN, {**bearer, "HTTP_X_FORWARDED_FOR": "10.0.0.5"}, 200),
        *((TOKEN, {"HTTP_AUTHORIZATION": other}, 403) for other in (f"Bearer {TOKEN}x", TOKEN, "Bearer щ")),
    ]
    for token, sent, status in asked:
        settings.METRICS_TOKEN = token
        for address in ("/metrics", "/health.json"):
            assert client.get(address, **sent).status_code == status, (address, sent)


def test_healthz_is_for_anybody_under_any_name(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/healthz", HTTP_HOST="10.0.0.7", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="10.0.0.5")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
    assert client.post("/healthz").status_code == 405


def test_healthz_names_a_lost_disk_and_a_silent_database(client: Client, settings: Settings, tmp_path: Path) -> None:
    def away(execute: Callable[..., Any], *rest: Any) -> Any:
        return execute("SELECT no_such_column", (), False, rest[-1])

    kept, settings.DATA = settings.DATA, tmp_path / "not there"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"disk\n")
    assert client.get("/metrics").status_code == 503
    settings.DATA = kept
    with connection.execute_wrapper(away):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"database\n")


def test_little_room_is_under_a_tenth_or_two_gigabytes(tmp_path: Path) -> None:
    assert room(tmp_path).total > 0
    assert not Room(LITTLE_BYTES, 10 * LITTLE_BYTES).little
    assert Room(LITTLE_BYTES - 1, LITTLE_BYTES).little
    assert Room(9 * LITTLE_BYTES, 100 * LITTLE_BYTES).little
    assert Room(NONE_BYTES - 1, LITTLE_BYTES).none


def test_labels_are_quoted_and_what_is_unknown_is_left_out() -> None:
    figure = Figure("f", "a\nb", [({"x": 'a"b\\c\nd'}, 1.5)])
    assert as_text([figure, Figure("g", "none", [])]) == ('# HELP f a\\nb\n# TYPE f gauge\nf{x="a\\"b\\\\c\\nd"} 1.5\n')
    assert as_objects([Figure("f", "", [({}, 10**15)])]) == {"f": [{"value": 10**15}]}
