"""«Мои оповещения», and alerts among the notices: one's own and nobody else's."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.alerts.models import Alert, Ear, Talk, Trouble, Wishes
from otklik.desk.tests.pages import assert_shows
from otklik.incidents.models import Incident
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def told(user: User, card: Incident, **more: object) -> Alert:
    number = Alert.objects.count() + 1
    return Alert.objects.create(user=user, kind="overdue", incident=card, entry=number, at=timezone.now(), **more)


def page(user: User, address: str = "/notices/") -> str:
    return signed_in(user).get(address).content.decode()


def test_an_alert_stands_among_the_notices_and_in_the_bell_until_it_was_seen(town: Town) -> None:
    card = town.assigned()
    alert = told(town.executor, card)
    told(town.executor, card, desk=False)
    assert '<span class="bell-count">1</span>' in page(town.executor, "/agency/")
    assert f"№ {card.number}" in page(town.executor)
    assert "Срок вышел" in page(town.executor)
    assert "Срок вышел" not in page(town.colleague)
    signed_in(town.colleague).post("/notices/seen/", {"alerts": alert.pk})
    assert "bell-count" in page(town.executor)
    signed_in(town.executor).post("/notices/seen/", {"alerts": alert.pk})
    assert "bell-count" not in page(town.executor)


def test_an_alert_about_a_card_that_one_may_not_see_tells_nothing_of_it(town: Town) -> None:
    card = town.assigned()
    told(town.other, card)
    assert_shows(page(town.other), "её не видно", hides=[f"№ {card.number}"])


def test_what_is_chosen_is_kept_and_what_nobody_may_miss_stays(town: Town) -> None:
    ticks = dict.fromkeys(("warned-mail", "urgent-desk", "nonsense-mail"), "1")
    given = ticks | {"quiet_from": "22:30", "quiet_until": "07:00"}
    assert signed_in(town.executor).post("/my-alerts/", given).status_code == 302
    wishes = Wishes.objects.get(user=town.executor)
    assert wishes.chosen["warned"] == ["mail"]
    assert wishes.chosen["overdue"] == []
    assert not {"urgent", "system", "nonsense"} & set(wishes.chosen)
    assert 'value="22:30"' in page(town.executor, "/my-alerts/")


@pytest.mark.parametrize("typed", ["", "25:00", "x" * 500, "12:00+03:00x", "\x00"])
def test_a_time_that_is_none_is_said_and_nothing_is_kept(town: Town, typed: str) -> None:
    answer = signed_in(town.executor).post("/my-alerts/", {"quiet_from": typed, "quiet_until": "07:00"})
    assert answer.status_code == 409
    assert not Wishes.objects.exists()


def test_a_code_is_shown_once_and_kept_as_a_digest(town: Town, settings: Settings) -> None:
    settings.ALERTS_BOT = "max"
    shown = signed_in(town.executor).post("/my-alerts/chat/").content.decode()
    code = shown.split("<code>")[1].split("</code>")[0]
    talk = Talk.objects.get(user=town.executor)
    assert len(code) == 10
    assert code not in talk.code
    assert code not in page(town.executor, "/my-alerts/")
    assert Ear.objects.get().network == "max"


def test_parting_takes_ones_own_chat_and_nobody_elses(town: Town) -> None:
    for number, user in enumerate((town.executor, town.other)):
        Talk.objects.create(user=user, chat=str(number + 1), linked_at=timezone.now())
    signed_in(town.executor).post("/my-alerts/chat/removal/")
    assert [talk.user for talk in Talk.objects.all()] == [town.other]


def test_without_a_bot_in_the_settings_there_is_no_code(town: Town) -> None:
    signed_in(town.executor).post("/my-alerts/chat/")
    assert not Talk.objects.exists()


def test_strangers_are_sent_to_sign_in() -> None:
    assert Client().get("/my-alerts/").status_code == 302
    assert Client().post("/my-alerts/chat/").status_code == 302


def test_a_way_that_is_closed_stands_on_the_page_of_health(town: Town) -> None:
    Trouble.objects.create(channel="bot", since=timezone.now(), error="Ключ бота не подходит")
    assert "Ключ бота не подходит" in page(town.admin, "/health/")
    assert "посмотрите" in page(town.admin, "/queue/")
