"""«Состояние»: what the machinery does, what waits for a person, and the two things an administrator can do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import Settings

from otklik.backups.models import Run
from otklik.desk.health import words
from otklik.desk.health.rows import MOST_COUNTED, MOST_SHOWN, queues
from otklik.desk.shell import WORKER_SILENT_AFTER, health
from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.flow.models import Chore, Worker
from otklik.flow.steps import FLOW
from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.due import CRASHED
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Grant, Role, User
from otklik.routing.models import Deadline
from otklik.triage.models import TrainedModel
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
SECRET = "vk1.a.CANARY-CANARY-CANARY"


def page_for(user: User) -> str:
    return page_at(user, "/health/")


def put_aside(rows: QuerySet[Any], error: str = "ValueError: no") -> None:
    """As the flow leaves a row that failed too often."""
    now = clock.now()
    rows.update(due_at=now, set_aside_at=now - timedelta(minutes=5), failures=6, error=error)


def alive() -> None:
    now = clock.now()
    Worker.objects.create(name="host:1", started_at=now - timedelta(hours=1), seen_at=now)


def dot_for(user: User) -> bool:
    return "menu-dot" in page_at(user, "/queue/")


def test_only_an_administrator_acts(town: Town) -> None:
    town.card()
    put_aside(Message.objects.all())
    Account.objects.update(stopped_at=clock.now())
    row, account = Message.objects.latest("pk"), Account.objects.latest("pk")
    addresses = (f"/health/rows/judge/{row.pk}/retry/", f"/health/accounts/{account.pk}/resumption/")
    for address in addresses:
        for user in (town.operator, town.executor, town.stranger):
            assert signed_in(user).post(address).status_code == 403
        assert signed_in(town.admin).get(address).status_code == 405
        assert address not in page_for(town.operator)
        assert address in page_for(town.admin)
    row.refresh_from_db()
    account.refresh_from_db()
    assert row.set_aside_at
    assert account.stopped_at
    assert not Entry.objects.filter(verb__in=("row.retry", "account.resume")).exists()


def test_every_step_has_words() -> None:
    assert list(words.STEPS) == [step.name for step in FLOW]


def test_workers_are_alive_or_silent_since(town: Town) -> None:
    assert "Ни один обработчик не запущен" in page_for(town.operator)
    alive()
    assert_shows(page_for(town.operator), "Работает", hides=["Молчит"])
    Worker.objects.update(seen_at=clock.now() - WORKER_SILENT_AFTER - timedelta(minutes=5))
    assert_shows(page_for(town.operator), "Молчит", "последний раз отозвался 5 мин назад", "otklik work")


def test_sources_say_when_and_what_is_wrong(town: Town) -> None:
    now = timezone.now()
    Source.objects.update(
        last_poll_at=now - timedelta(seconds=12),
        due_at=now + timedelta(minutes=3),
        last_event_at=now - timedelta(hours=2),
    )
    assert_shows(page_for(town.operator), "с назад", "2 ч назад", "сеть сообщает сама", "всё в порядке")
    Source.objects.update(failures=3, error=f"RetryAt: ВКонтакте просит не обращаться так часто {SECRET}")
    page = page_for(town.operator)
    assert_shows(page, "ВКонтакте просит не обращаться так часто", "неудач подряд: 3", hides=["RetryAt", "CANARY"])
    Source.objects.update(due_at=None)
    assert "Следующее чтение не назначено" in page_for(town.operator)
    put_aside(Source.objects.all(), CRASHED)
    assert "Ждёт человека. Трижды обрывает работу обработчика." in page_for(town.operator)
    Account.objects.update(stopped_at=now)
    assert f"Аккаунт «{town.account.title}» остановлен." in page_for(town.operator)


def test_a_stopped_account_is_switched_on_again_once(town: Town) -> None:
    now = clock.now()
    Token.objects.create(account=town.account, kind="group", secret=SECRET)
    Account.objects.update(stopped_at=now, stop_reason=f"Ключ отозван: access_token={SECRET}", hook_secret=SECRET)
    Source.objects.update(due_at=None)
    assert_shows(page_for(town.admin), "Ключ отозван", hides=["CANARY", town.account.hook_key])
    client, address = signed_in(town.admin), f"/health/accounts/{town.account.pk}/resumption/"
    assert client.post(address).headers["Location"] == "/health/"
    assert "снова включён" in page_at(client, "/health/")
    assert not Account.objects.filter(stopped_at__isnull=False).exists()
    assert Source.objects.filter(due_at__gte=now).exists()
    client.post(address)
    assert "уже не остановлен" in page_at(client, "/health/")
    entry = Entry.objects.get(verb="account.resume")
    assert (entry.actor, entry.subject) == (f"user:{town.admin.pk}", f"account:{town.account.pk}")


def test_rows_of_every_step_are_shown_with_their_cards(town: Town) -> None:
    """Every model of the flow that a published and answered card has rows of."""
    town.published()
    town.replied()
    Chore.objects.create(name="forget-sessions")
    for step in FLOW:
        put_aside(step.model._default_manager.all(), "KeyError: 'x'")
    page, shown = page_for(town.operator), set()
    for step in FLOW:
        if step.model._default_manager.exists():
            shown.add(step.name)
            assert f"<h3>{words.step_title(step.name)}" in page, step.name
    assert {"fetch", "names", "judge", "suggest", "watch", "prepare", "send", "open-survey", "chores"} <= shown
    assert_shows(page, "forget-sessions", "Ошибка в программе: KeyError: &#x27;x&#x27;")
    for card in Incident.objects.all():
        assert page.count(f'href="/incidents/{card.pk}/"') >= 5


def test_one_row_alone_is_shown_too(town: Town) -> None:
    card = town.card()
    put_aside(Message.objects.filter(links__incident=card), f"ValueError: {SECRET}")
    assert_shows(page_for(town.operator), f"карточка № {card.number}", "ValueError", hides=["CANARY"])


def test_what_a_curator_may_not_read_he_does_not_read_here(town: Town) -> None:
    mine, other = town.assigned(), town.card(text="Тайное слово")
    Grant.objects.create(user=town.stranger, role=Role.CURATOR, agency=town.water)
    put_aside(Message.objects.filter(links__incident=other), "ValueError: Тайное слово")
    put_aside(Deadline.objects.filter(incident=mine), "ValueError: про мою карточку")
    page = page_for(town.stranger)
    assert "Разбор сообщений" in page
    assert "Тайное слово" not in page
    assert f'href="/incidents/{other.pk}/"' not in page
    assert "про мою карточку" in page
    assert f'href="/incidents/{mine.pk}/"' in page
    assert "Тайное слово" in page_for(town.operator)


def test_a_row_is_tried_again_once_and_the_journal_knows_who_said_so(town: Town) -> None:
    town.card()
    message = Message.objects.latest("pk")
    put_aside(Message.objects.filter(pk=message.pk))
    client, address = signed_in(town.admin), f"/health/rows/judge/{message.pk}/retry/"
    before = clock.now()
    assert client.post(address).headers["Location"] == "/health/"
    assert (reread(message).set_aside_at, message.failures, message.claims, message.error) == (None, 0, 0, "")
    assert message.due_at
    assert message.due_at >= before
    assert "попробуем ещё раз" in page_at(client, "/health/")
    client.post(address)
    assert "уже не ждёт человека" in page_at(client, "/health/")
    entry = Entry.objects.get(verb="row.retry")
    assert (entry.actor, entry.subject) == (f"user:{town.admin.pk}", f"judge:{message.pk}")


@pytest.mark.parametrize("address", ["judge/999999999", "no-such-step/1", "Judge/1", "%D1%8F/1", "judge/" + "9" * 30])
def test_a_row_that_is_not_there_is_not_found(town: Town, address: str) -> None:
    assert signed_in(town.admin).post(f"/health/rows/{address}/retry/").status_code == 404
    assert not Entry.objects.filter(verb="row.retry").exists()


def test_queues_count_what_is_due_worked_and_put_aside_apart(town: Town) -> None:
    now = clock.now()
    hour = timedelta(hours=1)
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
    assert "3 ч" in page_for(town.operator)


def test_counts_and_lists_have_an_end(town: Town) -> None:
    now = clock.now()
    Chore.objects.bulk_create(
        Chore(name=str(number), due_at=now, set_aside_at=now) for number in range(MOST_COUNTED + 5)
    )
    page = page_for(town.admin)
    assert f"{MOST_COUNTED}+" in page
    assert page.count("/health/rows/chores/") == MOST_SHOWN
    assert f"показаны первые {MOST_SHOWN}" in page


def test_a_failed_training_is_told_until_one_succeeds(town: Town) -> None:
    failed = TrainedModel.objects.create(made_at=clock.now(), made_by="machine:training", state="failed")
    assert "Последнее обучение темам не удалось" in page_for(town.admin)
    assert "/admin/learned/" not in page_for(town.operator)
    TrainedModel.objects.create(made_at=clock.now(), made_by="machine:training", state="learning")
    assert "Последнее обучение темам не удалось" in page_for(town.admin)
    TrainedModel.objects.exclude(pk=failed.pk).update(state="rejected")
    assert "Последнее обучение темам не удалось" not in page_for(town.admin)


def test_a_dot_in_the_frame_says_that_something_waits(town: Town) -> None:
    town.assigned()
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


def test_copies_that_fail_or_grow_old_are_seen_on_the_page_and_in_the_frame(town: Town, settings: Settings) -> None:
    alive()
    now = clock.now()
    assert "Копий ещё не было" in page_for(town.operator)
    Run.objects.create(kind="copy", at=now - timedelta(days=3), file="otklik-1.tar", ok=True)
    Run.objects.create(kind="trial", at=now - timedelta(days=3), file="otklik-1.tar", ok=True)
    assert_shows(page_for(town.operator), "Копия сделана", "Копия проверена восстановлением")
    assert not dot_for(town.operator), "nobody has asked for a copy every night"
    settings.NIGHTLY_COPIES = 7
    assert "Последней копии больше двух суток" in page_for(town.operator)
    assert dot_for(town.operator)
    Run.objects.create(kind="copy", at=now, file="otklik-2.tar", ok=True)
    assert not dot_for(town.operator)
    Run.objects.create(kind="trial", at=now, file="otklik-2.tar", ok=False, fault="копия обрезана")
    assert_shows(page_for(town.operator), "Из копии не восстановить", "копия обрезана")
    assert dot_for(town.operator)


def test_texts_from_outside_are_text(town: Town) -> None:
    town.card()
    put_aside(Message.objects.all(), "<script>alert(1)</script>")
    Account.objects.update(stopped_at=clock.now(), stop_reason="<img src=x>", title="<b>жирный</b>")
    assert_shows(page_for(town.admin), hides=["<script>alert", "<img", "<b>жирный", " style="])
