"""The daily sample of noise: what is drawn, what a person says of it, who may, and the line of the figures."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_shows, page_at, reread
from otklik.flow.chores import draw_noise
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.routing import doubt
from otklik.routing.models import NoiseCheck
from otklik.routing.noise import dismiss
from otklik.routing.tallies import tallies
from tests.make.people import person, signed_in
from tests.make.town import Town

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def called_noise(town: Town, at: datetime = YESTERDAY, *, dismissed: bool = False) -> Incident:
    card = town.card("Ну и ну", kind="noise", at=at)
    return dismiss(card, "user:1", at, "chatter") if dismissed else card


def checked(card: Incident) -> NoiseCheck:
    return NoiseCheck.objects.create(incident=card, day=YESTERDAY.date(), drawn_at=NOW)


def test_yesterdays_noise_is_drawn_whether_dismissed_or_never_looked_at(town: Town) -> None:
    wanted = {called_noise(town).pk, called_noise(town, dismissed=True).pk}
    town.card(at=YESTERDAY)
    called_noise(town, NOW)
    called_noise(town, YESTERDAY - timedelta(days=1))
    assert doubt.draw(NOW, Random(1)) == 2
    assert set(NoiseCheck.objects.values_list("incident_id", flat=True)) == wanted
    assert {check.day for check in NoiseCheck.objects.all()} == {timezone.localdate(YESTERDAY)}


def test_of_much_noise_as_many_are_drawn_as_a_person_can_look_at_and_once(town: Town) -> None:
    for _number in range(doubt.SIZE + 5):
        called_noise(town)
    assert doubt.draw(NOW, Random(1)) == doubt.SIZE
    first = set(NoiseCheck.objects.values_list("incident_id", flat=True))
    assert doubt.draw(NOW + timedelta(hours=6), Random(2)) == 0
    NoiseCheck.objects.all().delete()
    doubt.draw(NOW, Random(3))
    assert set(NoiseCheck.objects.values_list("incident_id", flat=True)) != first


def test_the_chore_draws(town: Town) -> None:
    called_noise(town)
    draw_noise(NOW)
    assert NoiseCheck.objects.count() == 1


def test_a_lost_complaint_comes_back_into_the_queue(operator: Client, town: Town) -> None:
    card = called_noise(town, dismissed=True)
    check = checked(card)
    assert "Ну и ну" in page_at(operator, "/noise-checks/")
    page = operator.post(f"/noise-checks/{check.pk}/", {"said": "lost"}, follow=True).content.decode()
    assert_shows(page, "карточка в очереди", hides=["Ну и ну"])
    assert (reread(check).lost, check.by, reread(card).state) == (True, town.operator, State.NEW)
    said = Entry.objects.filter(incident=card.pk).values_list("verb", flat=True)
    assert {"incident.noise_was_complaint", "incident.restore"} <= set(said)


@pytest.mark.parametrize("dismissed", [True, False])
def test_noise_indeed_stays_where_it_is(operator: Client, town: Town, dismissed: bool) -> None:
    card = called_noise(town, dismissed=dismissed)
    check, before = checked(card), card.state
    operator.post(f"/noise-checks/{check.pk}/", {"said": "right"})
    assert (reread(check).lost, reread(card).state) == (False, before)


def test_a_complaint_that_waits_in_the_queue_stays_there(operator: Client, town: Town) -> None:
    card = called_noise(town)
    operator.post(f"/noise-checks/{checked(card).pk}/", {"said": "lost"})
    assert reread(card).state == State.NEW


def test_the_first_answer_counts(operator: Client, town: Town) -> None:
    check = checked(called_noise(town, dismissed=True))
    operator.post(f"/noise-checks/{check.pk}/", {"said": "right"})
    page = operator.post(f"/noise-checks/{check.pk}/", {"said": "lost"}, follow=True)
    assert "уже сказал кто-то другой" in page.content.decode()
    assert reread(check).lost is False
    assert check.incident.state == State.NOISE


def test_whatever_else_is_sent_says_nothing(operator: Client, town: Town) -> None:
    check = checked(called_noise(town))
    page = operator.post(f"/noise-checks/{check.pk}/", {"said": "\x00"}, follow=True)
    assert "была ли это жалоба" in page.content.decode()
    assert reread(check).at is None


def test_another_agencys_curator_sees_none(town: Town) -> None:
    check = checked(called_noise(town, dismissed=True))
    curator = person("roads-curator", Role.CURATOR, town.roads)
    client = signed_in(curator)
    assert "Ну и ну" not in page_at(client, "/noise-checks/")
    assert client.post(f"/noise-checks/{check.pk}/", {"said": "right"}).status_code == 404


def test_the_figures_tell_of_lost_complaints_with_their_interval(operator: Client, town: Town) -> None:
    now = timezone.now()
    cards = [called_noise(town, now - timedelta(hours=1)) for _number in range(3)]
    assert "никто не проверял" in page_at(operator, "/statistics/")
    for card, lost in zip(cards, (True, False, None), strict=True):
        NoiseCheck.objects.create(
            incident=card, day=now.date(), drawn_at=now, lost=lost, at=None if lost is None else now
        )
    hour = timedelta(hours=2)
    assert tallies(Incident.objects.all(), now - hour, now)[-2:] == (1, 2)
    assert tallies(Incident.objects.all(), now, now + hour)[-2:] == (0, 0)
    assert "Потерянные жалобы в выборке: 1 из 2, скорее всего 9–91" in page_at(operator, "/statistics/")
