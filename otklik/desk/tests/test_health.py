"""«Состояние»: what the machinery does, what waits for a person, and the two things an administrator can do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import Settings

from otklik.backups.models import Run
from otklik.desk.admin.health import words
from otklik.desk.admin.health.rows import MOST_SHOWN, queues
from otklik.desk.listing import MOST_COUNTED
from otklik.desk.shell import WORKER_SILENT_AFTER, health
from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.flow.chores import plant
from otklik.flow.loop import drain
from otklik.flow.models import Chore, Worker
from otklik.flow.steps import FLOW, Lane
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.journal import book, seals
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.due import CRASHED
from otklik.networks.models import Account, Source, Token
from otklik.notify.alerts.models import Bookmark
from otklik.people.models import Role, User
from otklik.routing.models import Deadline
from otklik.triage.models import TrainedModel
from tests.make.people import grant, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
SECRET = "vk1.a.CANARY-CANARY-CANARY"


def assert_health(user: User | Client, *shows: str, hides: tuple[str, ...] = ()) -> None:
    assert_shows(page_at(user, "/health/"), *shows, hides=hides)


def put_aside(rows: QuerySet[Any], error: str = "ValueError: no") -> None:
    """As the flow leaves a row that failed too often."""
    now = clock.now()
    rows.update(due_at=now, set_aside_at=now - timedelta(minutes=5), failures=6, error=error)


def alive() -> None:
    now = clock.now()
    Worker.objects.create(name="host:1", started_at=now - timedelta(hours=1), seen_at=now)


def dot_for(user: User) -> bool:
    return "menu-dot" in page_at(user, "/queue/")


def test_rows_are_shown_alone_too_to_who_may_read_them_and_an_administrator_alone_acts(town: Town) -> None:
    card = town.card()
    put_aside(Message.objects.filter(links__incident=card), f"ValueError: {SECRET}")
    assert_health(town.operator, f"карточка № {card.number}", "ValueError", hides=("CANARY",))
    mine, other = town.assigned(), town.card(text="Тайное слово")
    grant(town.stranger, Role.CURATOR, town.water)
    put_aside(Message.objects.filter(links__incident=other), "ValueError: Тайное слово")
    put_aside(Deadline.objects.filter(incident=mine), "ValueError: про мою карточку")
    his, theirs = (f'href="/incidents/{card.pk}/"' for card in (mine, other))
    assert_health(town.stranger, "Разбор сообщений", "про мою карточку", his, hides=("Тайное слово", theirs))
    assert_health(town.operator, "Тайное слово")
    town.card()
    put_aside(Message.objects.all(), "<script>alert(1)</script>")
    Account.objects.update(stopped_at=clock.now(), stop_reason="<img src=x>", title="<b>жирный</b>")
    row, account = Message.objects.latest("pk"), Account.objects.latest("pk")
    addresses = (f"/health/rows/judge/{row.pk}/retry/", f"/health/accounts/{account.pk}/resumption/")
    for address in addresses:
        for user in (town.operator, town.executor, town.stranger):
            assert signed_in(user).post(address).status_code == 403
        assert signed_in(town.admin).get(address).status_code == 405
    assert_health(town.operator, hides=addresses)
    assert_health(town.admin, *addresses, hides=("<script>alert", "<img", "<b>жирный", " style="))
    assert reread(row).set_aside_at
    assert reread(account).stopped_at
    assert not Entry.objects.filter(verb__in=("row.retry", "account.resume")).exists()


def test_rows_of_every_step_are_shown_in_words_with_their_cards(town: Town) -> None:
    assert list(words.STEPS) == [step.name for step in FLOW]
    # Every model of the flow that a published and answered card has rows of.
    town.published()
    town.replied()
    Chore.objects.create(name="forget-sessions")
    for step in FLOW:
        put_aside(step.model._default_manager.all(), "KeyError: 'x'")
    page = page_at(town.operator, "/health/")
    steps = {step.name for step in FLOW if step.model._default_manager.exists()}
    assert {"fetch", "names", "judge", "suggest", "watch", "prepare", "send", "open-survey", "chores"} <= steps
    assert_shows(page, *(f"<h3>{words.step_title(name)}" for name in steps))
    assert_shows(page, "forget-sessions", "Ошибка в программе: KeyError: &#x27;x&#x27;")
    for card in Incident.objects.all():
        assert page.count(f'href="/incidents/{card.pk}/"') >= 5


def test_workers_and_sources_say_since_when_and_what_is_wrong(town: Town) -> None:
    assert_health(town.operator, "Ни один обработчик не запущен")
    alive()
    assert_health(town.operator, "Работает", hides=("Молчит",))
    Worker.objects.update(seen_at=clock.now() - WORKER_SILENT_AFTER - timedelta(minutes=5))
    assert_health(town.operator, "Молчит", "последний раз отозвался 5 мин назад", "otklik work")
    now, busy = timezone.now(), "ВКонтакте просит не обращаться так часто"
    polled = {"last_poll_at": now - timedelta(seconds=12), "last_event_at": now - timedelta(hours=2)}
    Source.objects.update(due_at=now + timedelta(minutes=3), **polled)
    assert_health(town.operator, "с назад", "2 ч назад", "сеть сообщает сама", "всё в порядке")
    Source.objects.update(failures=3, error=f"RetryAt: {busy} {SECRET}")
    assert_health(town.operator, busy, "неудач подряд: 3", hides=("RetryAt", "CANARY"))
    Source.objects.update(due_at=None)
    assert_health(town.operator, "Следующее чтение не назначено")
    put_aside(Source.objects.all(), CRASHED)
    assert_health(town.operator, "Ждёт человека. Трижды обрывает работу обработчика.")
    Account.objects.update(stopped_at=now)
    assert_health(town.operator, f"Аккаунт «{town.account.title}» остановлен.")


def test_an_account_and_a_row_are_set_going_once_and_the_journal_knows_by_whom(town: Town, admin: Client) -> None:
    now = clock.now()
    Token.objects.create(account=town.account, kind="group", secret=SECRET)
    Account.objects.update(stopped_at=now, stop_reason=f"Ключ отозван: access_token={SECRET}", hook_secret=SECRET)
    Source.objects.update(due_at=None)
    assert_health(admin, "Ключ отозван", hides=("CANARY", town.account.hook_key))
    address = f"/health/accounts/{town.account.pk}/resumption/"
    assert admin.post(address).headers["Location"] == "/health/"
    assert_health(admin, "снова включён")
    assert not Account.objects.filter(stopped_at__isnull=False).exists()
    assert Source.objects.filter(due_at__gte=now).exists()
    admin.post(address)
    assert_health(admin, "уже не остановлен")
    entry = Entry.objects.get(verb="account.resume")
    assert (entry.actor, entry.subject) == (f"user:{town.admin.pk}", f"account:{town.account.pk}")
    town.card()
    message, before = Message.objects.latest("pk"), clock.now()
    put_aside(Message.objects.filter(pk=message.pk))
    address = f"/health/rows/judge/{message.pk}/retry/"
    assert admin.post(address).headers["Location"] == "/health/"
    assert (reread(message).set_aside_at, message.failures, message.claims, message.error) == (None, 0, 0, "")
    assert message.due_at
    assert message.due_at >= before
    assert_health(admin, "попробуем ещё раз")
    admin.post(address)
    assert_health(admin, "уже не ждёт человека")
    entry = Entry.objects.get(verb="row.retry")
    assert (entry.actor, entry.subject) == (f"user:{town.admin.pk}", f"judge:{message.pk}")
    for unknown in ("judge/999999999", "no-such-step/1", "Judge/1", "%D1%8F/1", "judge/" + "9" * 30):
        assert admin.post(f"/health/rows/{unknown}/retry/").status_code == 404, unknown
    assert Entry.objects.filter(verb="row.retry").count() == 1


def test_queues_count_what_is_due_worked_and_put_aside_apart_and_have_an_end(town: Town) -> None:
    now, hour = clock.now(), timedelta(hours=1)
    Chore.objects.bulk_create(
        [
            *(Chore(name=f"due-{number}", due_at=now - number * hour) for number in range(1, 4)),
            Chore(name="later", due_at=now + hour),
            Chore(name="idle"),
            Chore(name="leased", due_at=now - 9 * hour, leased_until=now + hour, lease="x"),
            Chore(name="lost", due_at=now - hour, leased_until=now - hour, lease="y"),
            Chore(name="aside", due_at=now - 9 * hour, set_aside_at=now),
        ]
    )
    (queue,) = (one for one in queues(now) if one.name == "chores")
    assert (queue.due, queue.working, queue.aside, queue.oldest) == (4, 1, 1, now - 3 * hour)
    assert_health(town.operator, "3 ч")
    many = (Chore(name=str(number), due_at=now, set_aside_at=now) for number in range(MOST_COUNTED + 5))
    Chore.objects.bulk_create(many)
    page = page_at(town.admin, "/health/")
    assert_shows(page, f"{MOST_COUNTED}+", f"показаны первые {MOST_SHOWN}")
    assert page.count("/health/rows/chores/") == MOST_SHOWN


def test_a_failed_training_and_copies_that_fail_or_grow_old_are_told(town: Town, settings: Settings) -> None:
    failed, words = "Последнее обучение темам не удалось", {"made_at": clock.now(), "made_by": "machine:training"}
    row = TrainedModel.objects.create(state="failed", **words)
    assert_health(town.admin, failed)
    assert_health(town.operator, hides=("/admin/learned/",))
    TrainedModel.objects.create(state="learning", **words)
    assert_health(town.admin, failed)
    TrainedModel.objects.exclude(pk=row.pk).update(state="rejected")
    assert_health(town.admin, hides=(failed,))
    alive()
    now, copied = clock.now(), Run.objects.create
    assert_health(town.operator, "Копий ещё не было")
    for kind in ("copy", "trial"):
        copied(kind=kind, at=now - timedelta(days=3), file="otklik-1.tar", ok=True)
    assert_health(town.operator, "Копия сделана", "Копия проверена восстановлением")
    assert not dot_for(town.operator), "nobody has asked for a copy every night"
    settings.NIGHTLY_COPIES = 7
    assert_health(town.operator, "Последней копии больше двух суток")
    assert dot_for(town.operator)
    copied(kind="copy", at=now, file="otklik-2.tar", ok=True)
    assert not dot_for(town.operator)
    copied(kind="trial", at=now, file="otklik-2.tar", ok=False, fault="копия обрезана")
    assert_health(town.operator, "Из копии не восстановить", "копия обрезана")
    assert dot_for(town.operator)
    copied(kind="trial", at=now, file="otklik-2.tar", ok=True)
    copied(kind="anchor", at=now, ok=False, fault="Журнал не тот")
    assert_health(town.operator, "Журнал не сошёлся с отметками", "Журнал не тот")
    assert dot_for(town.operator)
    copied(kind="anchor", at=now, ok=True)
    assert_health(town.operator, "Журнал сошёлся с отметками")
    assert not dot_for(town.operator)


def test_a_journal_that_nobody_has_sealed_for_an_hour_says_so_holds_nobody_up_and_is_caught_up_with(
    town: Town, django_assert_max_num_queries: Any
) -> None:
    card = town.card()
    drain()
    alive()
    since = clock.now() - timedelta(hours=1)
    sentence = f"Журнал без печати с {date_format(timezone.localtime(since), 'j E, H:i')}"
    assert_health(town.operator, hides=("Журнал без печати",))
    assert not dot_for(town.operator)
    with book.writing():
        book.write_all([book.Line(since, "machine:test", "probe", f"probe:{number}") for number in range(3000)])
    assert_health(town.operator, sentence)
    assert dot_for(town.operator)
    assert_shows(page_at(town.admin, "/admin/journal/"), "Ещё без печати записей: 3")
    fields = {"seen": "new.0", "agency": town.water.pk, "theme": town.pipe.pk, "place": town.city.pk}
    assert signed_in(town.operator).post(f"/incidents/{card.pk}/assignment/", fields).status_code == 302
    assert reread(card).state == "assigned"
    Bookmark.objects.update(due_at=clock.now())
    drain(lanes=frozenset(Lane) - {Lane.SEAL})
    assert Bookmark.objects.get().entry == Entry.objects.latest("pk").pk, "alerts wait for no seal"
    plant(clock.now())
    drain(lanes=frozenset({Lane.THINK}))
    assert_shows(page_at(town.admin, "/notices/"), "Журнал без печати: никто не ставит печати на записи")
    assert "Журнал без печати" not in page_at(town.operator, "/notices/")
    batches = 0
    while seals.tail().count:
        batches += 1
        with django_assert_max_num_queries(5):
            seals.seal_next(clock.now())
    assert batches == 6, "of 512 at most"
    assert seals.broken_at() is None
    assert_health(town.operator, hides=("Журнал без печати",))
    assert not dot_for(town.operator)


def test_a_dot_in_the_frame_says_that_something_waits(town: Town) -> None:
    town.assigned()
    seals.seal_all(clock.now())
    assert dot_for(town.operator), "no worker"
    alive()
    assert not dot_for(town.operator)
    put_aside(Deadline.objects.all())
    assert dot_for(town.operator)
    Deadline.objects.update(set_aside_at=None)
    Account.objects.update(stopped_at=clock.now())
    assert dot_for(town.operator)
    assert not health(town.executor).waits, "nobody is told of what he cannot look at"
    assert "/health/" not in page_at(town.executor, "/agency/")
