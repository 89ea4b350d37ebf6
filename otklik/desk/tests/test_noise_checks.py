"""The daily sample of noise: what is drawn, what a person says of it, who may, and the line of the figures."""

from datetime import UTC, datetime, timedelta
from random import Random

from django.test import Client
from django.utils import timezone

from otklik.desk.tests.pages import assert_answers, journal_verbs, page_at, reread
from otklik.flow.chores import draw_noise
from otklik.incidents.models import Incident, State
from otklik.people.models import Role
from otklik.routing import noise_checks
from otklik.routing.models import NoiseCheck
from otklik.routing.noise import dismiss
from otklik.routing.tallies import tallies
from tests.make.people import person, signed_in
from tests.make.town import Town

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


def called_noise(town: Town, at: datetime = YESTERDAY, *, dismissed: bool = False) -> Incident:
    card = town.card("Ну и ну", kind="noise", at=at)
    return dismiss(card, "user:1", at, "chatter") if dismissed else card


def checked(town: Town, *, dismissed: bool = False) -> NoiseCheck:
    card = called_noise(town, dismissed=dismissed)
    return NoiseCheck.objects.create(incident=card, day=YESTERDAY.date(), drawn_at=NOW)


def say(client: Client, check: NoiseCheck, verdict: str) -> str:
    """The page that comes after this was said of it."""
    return assert_answers(client.post(f"/noise-checks/{check.pk}/", {"verdict": verdict}, follow=True), 200)


def test_yesterdays_noise_is_drawn_whether_dismissed_or_never_looked_at(town: Town) -> None:
    wanted = {called_noise(town).pk, called_noise(town, dismissed=True).pk}
    town.card(at=YESTERDAY)
    called_noise(town, NOW - timedelta(hours=1))
    called_noise(town, YESTERDAY - timedelta(days=1))
    draw_noise(NOW)
    assert set(NoiseCheck.objects.values_list("incident_id", flat=True)) == wanted
    assert {check.day for check in NoiseCheck.objects.all()} == {timezone.localdate(YESTERDAY)}


def test_of_much_noise_as_many_are_drawn_as_a_person_can_look_at_and_once(town: Town) -> None:
    for _number in range(noise_checks.SIZE + 5):
        called_noise(town)
    assert noise_checks.draw(NOW, Random(1)) == noise_checks.SIZE
    first = set(NoiseCheck.objects.values_list("incident_id", flat=True))
    assert noise_checks.draw(NOW + timedelta(hours=6), Random(2)) == 0
    NoiseCheck.objects.all().delete()
    noise_checks.draw(NOW, Random(3))
    assert set(NoiseCheck.objects.values_list("incident_id", flat=True)) != first


def test_a_lost_complaint_comes_back_into_the_queue_and_noise_indeed_stays(operator: Client, town: Town) -> None:
    lost, right = checked(town, dismissed=True), checked(town, dismissed=True)
    waits, new = checked(town), checked(town)
    assert page_at(operator, "/noise-checks/").count("Ну и ну") == 4
    curator = signed_in(person("roads-curator", Role.CURATOR, town.roads))
    assert "Ну и ну" not in page_at(curator, "/noise-checks/")
    assert curator.post(f"/noise-checks/{new.pk}/", {"verdict": "right"}).status_code == 404
    assert "была ли это жалоба" in say(operator, new, "\x00")
    assert reread(new).at is None, "whatever else is sent says nothing"
    page = say(operator, lost, "lost")
    assert ("карточка в очереди" in page, page.count("Ну и ну")) == (True, 3)
    for check, verdict in ((right, "right"), (waits, "lost"), (new, "right")):
        say(operator, check, verdict)
    assert (reread(lost).lost, lost.by) == (True, town.operator)
    assert [reread(check).lost for check in (right, waits, new)] == [False, True, False]
    states = [reread(check.incident).state for check in (lost, right, waits, new)]
    assert states == [State.NEW, State.NOISE, State.NEW, State.NEW]
    assert {"incident.noise_was_complaint", "incident.restore"} <= set(journal_verbs(incident=lost.incident_id))
    assert "уже сказал кто-то другой" in say(operator, right, "lost")
    assert (reread(right).lost, reread(right.incident).state) == (False, State.NOISE)


def test_the_figures_tell_of_lost_complaints_with_their_interval(operator: Client, town: Town) -> None:
    now, hour = timezone.now(), timedelta(hours=2)
    cards = [called_noise(town, now - timedelta(hours=1)) for _number in range(3)]
    assert "никто не проверял" in page_at(operator, "/statistics/")
    for card, lost in zip(cards, (True, False, None), strict=True):
        fields = {"lost": lost, "at": None if lost is None else now}
        NoiseCheck.objects.create(incident=card, day=now.date(), drawn_at=now, **fields)
    assert tallies(Incident.objects.all(), now - hour, now)[-2:] == (1, 2)
    assert tallies(Incident.objects.all(), now, now + hour)[-2:] == (0, 0)
    assert "Потерянные жалобы в выборке: 1 из 2, скорее всего 9–91" in page_at(operator, "/statistics/")
