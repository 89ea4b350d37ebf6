"""Secrets stay secret: canaries are planted, everything is driven into its errors, then every place is searched."""

import io
import json
import logging
import urllib.parse
from base64 import b64encode
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client
from pytest_django import Settings

from otklik.flow.loop import run, turn_once
from otklik.flow.models import Chore
from otklik.flow.steps import FLOW, Lane, Step
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.due import claim
from otklik.lib.redact import RedactingFormatter, redact
from otklik.lib.secret import SecretField
from otklik.networks.access import access_to, http_client
from otklik.networks.models import Account, Source, Token
from otklik.publishing.models import Attempt, Delivery
from otklik.routing.models import Suggestion
from tests.processes import CLI, environment, otklik, running, until_seen
from tests.region import FETCH, Region, approved, assigned, give_key, listen, settle
from tests.sandbox.process import free_port
from tests.sandbox.town import Town

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]

CANARIES = {
    "community": "vk1.a.canary-community-kOmMuna0123456789",
    "service": "canaryServiceToken0123456789abcdef",
    "user": "vk1.a.canary_user_PoLzovatel0123456789",
    "hook": "canaryHookSecret0123456789",
    "key": "canary-secret-key-of-this-installation-0123456789",
    "control": "canary-control-token-of-the-sandbox-0123456789",
    "password": "canaryDatabasePassword42",
}
OF_THE_PROCESS = {
    "OTKLIK_SECRET_KEY": CANARIES["key"],
    "SANDBOX_CONTROL_TOKEN": CANARIES["control"],
    "OTKLIK_LOG_LEVEL": "DEBUG",
}


def shapes(secret: str) -> set[str]:
    """The ways in which a secret may be written down."""
    escaped = json.dumps(secret)[1:-1]
    return {secret, urllib.parse.quote(secret, safe=""), escaped, b64encode(secret.encode()).decode().rstrip("=")}


def leaks(place: str, text: str) -> list[str]:
    return [f"{name} in {place}" for name, secret in CANARIES.items() if any(one in text for one in shapes(secret))]


def in_the_database() -> list[str]:
    """Every column of every table, binary ones included, as the database holds it."""
    findings = []
    for model in apps.get_models(include_auto_created=True):
        names = [field.column for field in model._meta.concrete_fields]
        with connections["default"].cursor() as cursor:
            quoted = ", ".join(f'"{name}"' for name in names)
            cursor.execute(f'SELECT {quoted} FROM "{model._meta.db_table}"')  # noqa: S608 names of our own tables
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    findings += leaks(f"{model._meta.db_table}.{name}", plain(value))
    return findings


def plain(value: Any) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


@pytest.fixture
def planted(town: Town, committed_region: Region, settings: Settings) -> Iterator[Region]:
    """The region with canaries wherever there is a secret; the sandbox knows its tokens."""
    settings.SECRET_KEY, settings.SANDBOX_TOKEN = CANARIES["key"], CANARIES["control"]
    Source.objects.update(cursor={})  # sealed anew, with this key
    make = town.sandbox.control
    make("vk/tokens", kind="group", holder=town.group, token=CANARIES["community"])
    make("vk/tokens", kind="service", token=CANARIES["service"])
    make("vk/tokens", kind="user", holder=town.boris, admin_of=[town.group, town.guest], token=CANARIES["user"])
    Token.objects.all().delete()
    own, guest = committed_region.own, committed_region.guest
    for account, kind in ((own, "community"), *product((own, guest), ("service", "user"))):
        give_key(account, kind, CANARIES[kind])
    Account.objects.update(hook_secret=CANARIES["hook"], stopped_at=None)
    own.refresh_from_db()
    yield committed_region
    connections.close_all()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """What the product's own formatter writes at the lowest level, of this process."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter("{levelname} {name}: {message}", style="{"))
    logging.getLogger().addHandler(handler)
    with caplog.at_level(logging.DEBUG):
        yield written
    logging.getLogger().removeHandler(handler)


def drive_sending(town: Town, region: Region) -> None:
    """Every way of going wrong under way to the network, each on an answer of its own."""
    faults: list[tuple[str, dict[str, int]]] = [
        *((kind, {}) for kind in ("http_before", "http_after", "drop_before", "drop_after")),
        *(("error", {"code": code}) for code in (5, 6, 14, 15, 100, 213, 9999)),
    ]
    for _ in faults:
        town.comment("Темно во дворе в Речном")
    listen()
    for incident, (kind, more) in zip(Incident.objects.order_by("pk"), faults, strict=True):
        Account.objects.update(stopped_at=None)
        approved(region, assigned(region, incident))
        town.fault(kind, "wall.createComment", **more)
        settle()
        Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now())
        settle()


def drive_reading(town: Town) -> None:
    """Reading goes wrong too: at the long poll, at the server's address, at the token."""
    for kind, method, code in (
        *(("error", "groups.getLongPollServer", 5), ("error", "groups.getLongPollServer", 100)),
        *(("http_before", "groups.getLongPollServer", 503), ("error", "users.get", 5)),
        ("drop_before", "wall.get", 0),
    ):
        Account.objects.update(stopped_at=None)
        Source.objects.update(cursor={}, due_at=clock.now())
        town.fault(kind, method, **({"code": code} if code else {}))
        turn_once(FETCH)
        settle()


def drive_steps() -> None:
    """A step of ours that quotes everything it knows in its error, and one of a batch."""

    def fail(rows: list[Any], now: Any) -> None:
        access = access_to(Account.objects.filter(tokens__kind="community").prefetch_related("tokens")[0])
        raise ValueError(
            f"https://api.vk.ru/method/x?access_token={access.tokens['community']}&v=5 {access.tokens} {access.secret}"
            f" postgresql://otklik:{CANARIES['password']}@db/otklik X-Sandbox-Token: {CANARIES['control']}"
        )

    Chore.objects.bulk_create(Chore(name=f"row-{number}", due_at=clock.now()) for number in range(3))
    run(Step("fail", Chore, fail, Lane.READ), claim(Chore, clock.now(), FLOW[0].lease, 10))
    assert Chore.objects.filter(error__startswith="ValueError", failures=1).count() == 3


def drive_hooks(region: Region) -> list[str]:
    """Pushes with a wrong secret, with the right one, and broken bodies that quote it."""
    client = Client(raise_request_exception=False)
    group, secret = int(region.own.external_id), CANARIES["hook"]
    event = {"type": "wall_reply_new", "group_id": group, "object": {"id": 1, "text": "Темно"}, "event_id": "e1"}
    bodies = [
        *(json.dumps(event | {"secret": "wrong"}), json.dumps(event | {"secret": secret})),
        json.dumps(event | {"secret": secret, "event_id": "e2", "object": {"text": "\ud800"}}),
        json.dumps(event | {"secret": secret, "event_id": "e3", "object": None}),
        json.dumps({"type": "confirmation", "group_id": group, "secret": secret}),
        *(f'{{"group_id": {group}, "secret": "{secret}", "type": ', f'{{"secret": "{secret}"}}', f"secret={secret}"),
        f'[{{"secret": "{secret}"}}]',
        f'{{"group_id": {group}, "type": "x", "secret": "{secret}", "secret": "{secret}", "object": {{}}}}',
    ]
    address = f"/hooks/vk/{region.own.hook_key}/"
    responses = [client.post(address, body, content_type="application/json") for body in bodies]
    responses.append(client.get(address, {"secret": secret}))
    settle()
    assert {403, 200} <= {answer.status_code for answer in responses}
    return [plain(answer.content) for answer in responses]


def pages(region: Region) -> list[str]:
    """What people see: the queue, every card as everybody, error pages; and what a stranger sees."""
    shown = []
    for who in (region.operator, region.executor, region.approver, region.administrator, None):
        client = Client(raise_request_exception=False)
        if who is not None:
            client.force_login(who)
        addresses = ["/", "/queue/", "/agency/", "/statistics/", "/no-such-page/", "/admin/"]
        addresses += [f"/incidents/{pk}/" for pk in Incident.objects.values_list("pk", flat=True)]
        shown += [plain(client.get(address, follow=True).content) for address in addresses]
    return shown


@pytest.mark.whole("postgresql")
def test_no_canary_is_stored_shown_or_logged_by_this_process(
    town: Town, planted: Region, log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    drive_sending(town, planted)
    drive_reading(town)
    drive_steps()
    answers = drive_hooks(planted)
    Account.objects.update(stopped_at=None)
    assert in_the_database() == []
    assert [leak for page in pages(planted) + answers for leak in leaks("a page", page)] == []
    assert "access_token" in log.getvalue(), "the steps' own errors are in the log"
    assert leaks("the log", log.getvalue()) == []
    words = repr((http_client(), access_to(planted.own), list(Token.objects.all()), list(Account.objects.all())))
    assert leaks("their own words", words) == []
    output = capsys.readouterr()
    assert leaks("the output", output.out + output.err) == [], redact(output.out + output.err)
    for model in apps.get_models():
        for name in (field.name for field in model._meta.concrete_fields if isinstance(field, SecretField)):
            held = set(model._default_manager.values_list(name, flat=True)) - {""}
            assert held <= set(CANARIES.values()), f"{model.__name__}.{name} is what was planted"


def test_neither_the_self_check_nor_a_page_that_breaks_tells_a_secret(
    town: Town, planted: Region, log: io.StringIO, settings: Settings
) -> None:
    town.fault("error", "groups.getTokenPermissions", code=5)
    done = otklik(environment(town, **OF_THE_PROCESS), "check")
    assert done.stdout
    assert leaks("the self-check", done.stdout + done.stderr) == []
    settings.SECRET_KEY = "another key: no stored secret can be read any more, and the page breaks" + "-" * 32
    client = Client(raise_request_exception=False)
    shown = client.post(f"/hooks/vk/{planted.own.hook_key}/", "{}", content_type="application/json")
    assert shown.status_code == 500
    assert leaks("the page", plain(shown.content)) == []
    assert "SecretLost" in log.getvalue()
    assert leaks("the log", log.getvalue()) == []
    settings.SECRET_KEY = CANARIES["key"]


@pytest.mark.whole("postgresql")
def test_no_canary_leaves_a_worker_at_the_lowest_log_level(town: Town, planted: Region, tmp_path: Path) -> None:
    Account.objects.update(options={"wait": 2})
    for kind, method in (("http_before", "groups.getLongPollServer"), ("drop_before", "users.get")):
        town.fault(kind, method)
    with running([*CLI, "work"], environment(town, **OF_THE_PROCESS), tmp_path / "worker.log") as worker:
        until_seen(lambda: Source.objects.filter(failures=1, lease="").exists(), "a failed look", worker)
        Source.objects.update(due_at=clock.now())
        until_seen(lambda: "ts" in Source.objects.get().cursor, "a long poll", worker)
        town.comment("Темно во дворе в Речном")
        until_seen(lambda: Suggestion.objects.exists(), "a card", worker)
        town.fault("http_after", "wall.createComment")
        approved(planted, assigned(planted, Incident.objects.get()))
        until_seen(lambda: Attempt.objects.filter(outcome="found").exists(), "an answer that was looked for", worker)
        town.comment("И во дворе напротив темно", person_id=town.boris)
        until_seen(lambda: Suggestion.objects.count() == 2, "another card", worker)
        town.fault("error", "wall.createComment", code=5)
        approved(planted, assigned(planted, Incident.objects.order_by("-pk")[0]))
        until_seen(lambda: Account.objects.filter(stopped_at__isnull=False).exists(), "a refused token", worker)
        assert worker.stop() == 0
        assert "RetryAt" in worker.words, "what went wrong is told"
        assert leaks("the worker's log", worker.words) == []
    nowhere = environment(town, **OF_THE_PROCESS, SANDBOX_PORT=str(free_port()))
    Source.objects.update(cursor={}, due_at=clock.now(), failures=0)
    with running([*CLI, "work"], nowhere, tmp_path / "away.log") as worker:
        until_seen(lambda: Source.objects.filter(failures__gte=1).exists(), "a refused connection", worker)
        worker.stop()
        assert leaks("the worker's log", worker.words) == []
    assert in_the_database() == []
