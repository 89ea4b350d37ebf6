"""«Оповещение программ» and «Доступ программ»: added, shown, tried, revoked; a key is shown once."""

import ipaddress
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.desk.admin.hook_facts import lines_of, rows_of
from otklik.desk.tests.forms import save, seen
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread
from otklik.hooks import keeping, kinds
from otklik.hooks.models import Call, Subscription
from otklik.hooks.tell import postman
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people import programs
from otklik.people.models import ProgramToken, User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
ADD = "/admin/hooks/addition/"
FORM: dict[str, Any] = {
    "name": "ПОС",
    "address": "https://pos.example.ru/otklik",
    "kinds": ["card.new", "card.closed"],
    "agency": "",
}
ADDRESS = "/admin/programs/"


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names resolve as on a machine of the region's: two lead inside."""
    known = {"127.0.0.1": "127.0.0.1", "inside.example.ru": "10.20.1.2"}

    def resolved(host: str, _port: int) -> list[ipaddress.IPv4Address]:
        return [ipaddress.IPv4Address(known.get(host, "93.184.216.34"))]

    monkeypatch.setattr("otklik.lib.neighbour._resolved", resolved)


@pytest.fixture
def hook(town: Town) -> Subscription:
    told = keeping.Told("ПОС", "https://pos.example.ru/otklik", kinds.KINDS)
    return keeping.add(told, town.admin, clock.now())[0]


def a_call(hook: Subscription, number: int = 1, **more: object) -> Call:
    when = {"made_at": clock.now(), "until": clock.now() + timedelta(days=3)}
    told = {"uid": uuid4(), "entry": number, "kind": kinds.NEW, "number": number, "body": "{}"} | when
    return Call.objects.create(subscription=hook, **(told | more))


def at(hook: Subscription, rest: str = "") -> str:
    return f"/admin/hooks/{hook.pk}/{rest}"


def test_a_program_is_added_and_its_key_is_shown_once(admin: Client, town: Town) -> None:
    answer = admin.post(ADD, FORM)
    here = Subscription.objects.get()
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert here.secret in page
    assert (here.kinds, here.agency, here.due_at is not None) == (["card.new", "card.closed"], None, True)
    assert here.entry == 0, "what was before it is no event of its own"
    for address in ("/admin/hooks/", at(here), at(here, "calls/"), at(here, "secret/")):
        assert here.secret not in page_at(admin, address)
    entry = Entry.objects.get(verb="hook.add")
    assert here.secret not in f"{entry.data} {entry.free_reason.text}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM hooks_subscription")
        assert cursor.fetchone()[0].startswith("gAAAA")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "pos.example.ru"}, "На адрес не похоже"),
        ({"address": "https://user@pos.example.ru/"}, "На адрес не похоже"),
        ({"address": "http://pos.example.ru/"}, "начинаться с https://"),
        ({"address": "https://inside.example.ru/"}, "ведёт во внутреннюю сеть"),
        ({"kinds": []}, "Отметьте хотя бы одно."),
        ({"kinds": ["ping"]}, "ping"),
        ({"name": ""}, "Заполните это поле."),
        ({"agency": "777"}, "Такого в списке нет"),
    ],
)
def test_what_cannot_be_called_is_not_written(admin: Client, wrong: dict[str, str], said: str) -> None:
    assert_answers(admin.post(ADD, FORM | wrong), 422, said)
    assert not Subscription.objects.exists()


def test_a_network_of_the_settings_may_be_called_and_this_machine_in_training_alone(
    admin: Client, settings: Settings
) -> None:
    here = FORM | {"address": "http://127.0.0.1:9000/"}
    assert admin.post(ADD, here).status_code == 200
    settings.HOOKS_INSIDE, settings.MODE = ["10.20.0.0/16"], "real"
    postman.cache_clear()
    assert admin.post(ADD, here).status_code == 422
    assert admin.post(ADD, here | {"address": "https://127.0.0.1:9000/"}).status_code == 422
    assert admin.post(ADD, FORM | {"address": "https://inside.example.ru/"}).status_code == 200
    postman.cache_clear()


def test_what_it_is_told_is_changed_and_the_journal_tells(admin: Client, town: Town, hook: Subscription) -> None:
    told = FORM | {"name": "ПОС края", "agency": str(town.pumps.pk)}
    assert save(admin, at(hook), told).status_code == 302
    assert (reread(hook).name, hook.agency, hook.kinds) == ("ПОС края", town.pumps, ["card.new", "card.closed"])
    page = page_at(admin, at(hook))
    assert_shows(page, "О чём сообщать: Новая карточка, Карточка закрыта", "Чьи карточки: Насосы", "ПОС → ПОС края")
    again = admin.post(at(hook), told | {"seen": seen(admin, at(hook))}, follow=True)
    assert_answers(again, 200, "Ничего не изменилось.")


def test_who_saves_second_writes_nothing(admin: Client, town: Town, hook: Subscription) -> None:
    mark = seen(admin, at(hook))
    assert save(admin, at(hook), FORM | {"name": "Первый"}).status_code == 302
    assert_answers(admin.post(at(hook), FORM | {"name": "Второй", "seen": mark}), 409, "Сейчас записано: Первый")
    assert reread(hook).name == "Первый"


def test_a_new_key_is_asked_for_first_and_shown_once(admin: Client, hook: Subscription) -> None:
    earlier = hook.secret
    assert "Сменить ключ" in page_at(admin, at(hook, "secret/"))
    assert admin.post(at(hook, "secret/")).status_code == 200
    assert reread(hook).secret == earlier, "nobody has said that he is sure"
    answer = admin.post(at(hook, "secret/"), {"sure": "1"})
    assert reread(hook).secret in answer.content.decode()
    assert (hook.secret != earlier, hook.earlier) == (True, earlier)
    assert "перестанет действовать сразу" in page_at(admin, at(hook, "secret/"))


def test_a_key_that_cannot_be_read_any_more_is_changed(admin: Client, hook: Subscription) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hooks_subscription SET secret = 'gAAAA-sealed-with-a-lost-key'")
    for address in ("/admin/hooks/", at(hook), at(hook, "calls/")):
        assert admin.get(address).status_code == 200
    assert admin.post(at(hook, "secret/"), {"sure": "1"}).status_code == 200
    assert (reread(hook).secret[:6], hook.earlier) == ("whsec_", "")


def test_it_is_switched_off_and_on_and_tried(admin: Client, hook: Subscription) -> None:
    admin.post(at(hook, "switching-off/"))
    assert reread(hook).off_at is None, "nobody has said that he is sure"
    admin.post(at(hook, "switching-off/"), {"sure": "1"})
    assert (reread(hook).off_why, hook.due_at) == ("person", None)
    assert admin.get(at(hook, "switching-off/")).status_code == 409
    assert "сначала включите" in admin.post(at(hook, "ping/"), follow=True).content.decode()
    assert not Call.objects.exists()
    admin.post(at(hook, "switching-on/"))
    assert "кто-то успел раньше" in admin.post(at(hook, "switching-on/"), follow=True).content.decode()
    assert "Проверка связи" in admin.post(at(hook, "ping/"), follow=True).content.decode()
    call = Call.objects.get()
    assert (call.kind, call.due_at is not None) == (kinds.PING, True)
    assert journal_verbs(subject=f"hook:{hook.pk}") == ["hook.add", "hook.off", "hook.on", "hook.ping"]


def test_the_log_says_what_became_of_each_call(admin: Client, hook: Subscription) -> None:
    now = clock.now()
    a_call(hook, 1, done_at=now, status=204, took=84, attempts=1)
    given_up = a_call(hook, 2, given_up_at=now, words="связи нет", attempts=29)
    a_call(hook, 3, status=503, attempts=2, due_at=now, reply="<script>alert(1)</script>")
    a_call(hook, 4)
    a_call(hook, 5, kind=kinds.PING, given_up_at=now, status=500, attempts=1)
    states = [(line.state, line.outcome, line.again) for line in lines_of(hook)]
    assert states == [
        ("не принят", "код 500", False),
        ("ждёт очереди", "", False),
        ("повторим", "код 503", False),
        ("больше не повторяем", "связи нет", True),
        ("принят", "код 204", False),
    ]
    assert "<script>alert(1)" not in page_at(admin, at(hook, "calls/"))
    assert (rows_of([hook])[0].waiting, rows_of([hook])[0].given_up) == (2, 1)
    again = f"/admin/hooks/calls/{given_up.pk}/repetition/"
    assert "ещё трое суток" in admin.post(again, follow=True).content.decode()
    assert (reread(given_up).given_up_at, given_up.attempts, given_up.aside) == (None, 0, True)
    assert "кто-то успел раньше" in admin.post(again, follow=True).content.decode()


def test_the_list_says_who_has_not_answered_for_long(admin: Client, hook: Subscription) -> None:
    now = clock.now()
    assert "ещё не вызывалась" in page_at(admin, "/admin/hooks/")
    Subscription.objects.update(failing_since=now, misses=1)
    assert "не получается" in page_at(admin, "/admin/hooks/")
    assert "не отвечает больше суток или отказалась" not in page_at(admin, "/health/")
    Subscription.objects.update(told_at=now)
    assert "не отвечает больше суток или отказалась" in page_at(admin, "/health/")
    assert "не отвечает больше суток" in page_at(admin, "/admin/hooks/")
    Subscription.objects.update(off_at=now, off_why="gone", failing_since=None)
    assert "больше не присылайте" in page_at(admin, "/admin/hooks/")


def new(somebody: User, **changes: object) -> dict[str, object]:
    until = timezone.localdate() + timedelta(days=90)
    return {"name": "СЭД края", "owner": somebody.pk, "scopes": ["cards:read"], "until": until.isoformat()} | changes


def made(town: Town) -> ProgramToken:
    assert signed_in(town.admin).post(f"{ADDRESS}addition/", new(town.operator)).status_code == 200
    return ProgramToken.objects.latest("pk")


def test_the_key_is_shown_once_and_opens_what_it_says(town: Town, admin: Client) -> None:
    answer = admin.post(f"{ADDRESS}addition/", new(town.operator))
    assert "no-store" in answer.headers["Cache-Control"]
    (secret,) = set(re.findall(r"otk_[\w-]{40,}", answer.content.decode()))
    found = programs.known(secret, clock.now())
    assert found is not None
    assert (found.owner, found.scopes, found.made_by) == (town.operator, ["cards:read"], town.admin)
    for address in ("", f"{found.pk}/"):
        assert_shows(page_at(admin, f"{ADDRESS}{address}"), found.shown, hides=[secret])
    entry = Entry.objects.get(verb="program.make")
    assert secret[4:] not in repr(entry.data)
    line = page_at(admin, "/admin/journal/")
    assert "Выдан ключ программе" in line
    assert "СЭД края" in line


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"owner": 10**9}, "owner"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2099-01-01"}, "until"),
        ({"until": "завтра"}, "until"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(
    town: Town, admin: Client, changes: dict[str, object], field: str
) -> None:
    answer = admin.post(f"{ADDRESS}addition/", new(town.operator, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not ProgramToken.objects.exists()


def test_nobody_who_is_blocked_gets_one(town: Town, admin: Client) -> None:
    User.objects.filter(pk=town.operator.pk).update(is_active=False)
    assert admin.post(f"{ADDRESS}addition/", new(town.operator)).status_code == 422


def test_it_is_revoked_after_a_second_look_and_once(town: Town, admin: Client) -> None:
    token = made(town)
    assert "перестанет" in page_at(admin, f"{ADDRESS}{token.pk}/revocation/")
    for _again in range(2):
        admin.post(f"{ADDRESS}{token.pk}/revocation/")
    assert (reread(token).revoked_at is not None, token.revoked_by) == (True, town.admin)
    assert Entry.objects.filter(verb="program.revoke", subject=f"program:{token.pk}").count() == 1
    assert "отозван" in page_at(admin, ADDRESS)


def test_the_api_is_described_on_a_page(town: Town, admin: Client) -> None:
    page = page_at(admin, f"{ADDRESS}description/")
    for told in ("/api/v1/cards/{card}/assignment", "answers:approve", "Idempotency-Key", "curl -H", "обязательно"):
        assert told in page
    assert "<script" not in page.split("<main", 1)[-1].split("</main>")[0]
