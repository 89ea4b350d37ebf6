from django.test import Client
from django.utils import timezone

from otklik.incidents.models import Incident
from otklik.incidents.taking import take_up
from otklik.people.models import User
from tests.make.town import Town


def dismissed(operator: Client, card: Incident, queue: str | None = "network=vk") -> str:
    """Where one goes on."""
    form = {"reason": "spam"} | ({} if queue is None else {"queue": queue})
    page = operator.post(f"/incidents/{card.pk}/noise/", form, headers={"X-Fragment": "1"}).content.decode()
    return page.partition('href="')[2].partition('"')[0]


def test_the_next_free_card_in_the_queues_order_opens_and_at_its_end_the_first(operator: Client, town: Town) -> None:
    cards = [town.card() for _ in range(5)]
    Incident.objects.filter(pk=cards[4].pk).update(priority=5)
    take_up(cards[1], town.colleague, timezone.now())
    assert dismissed(operator, cards[0]) == f"/incidents/{cards[2].pk}/?queue=network%3Dvk"
    assert dismissed(operator, cards[3]) == f"/incidents/{cards[4].pk}/?queue=network%3Dvk"
    assert dismissed(operator, cards[4], "") == f"/incidents/{cards[2].pk}/?queue="
    assert dismissed(operator, cards[2]) == "/queue/?network=vk"  # a colleague has the last one before him
    assert dismissed(operator, town.card(), None) == "/queue/"


def test_whoever_wants_to_stay_stays(operator: Client, town: Town) -> None:
    card, other = town.card(), town.card()
    page = operator.post(f"/incidents/{card.pk}/going-on/", {"goes_on": "0"}, headers={"X-Fragment": "1"})
    assert 'aria-checked="false"' in page.content.decode()
    assert not User.objects.get(pk=town.operator.pk).goes_on
    form = {"number": str(other.number), "queue": ""}
    page = operator.post(f"/incidents/{card.pk}/repeat/", form, headers={"X-Fragment": "1"})
    assert 'id="card-onward"' not in page.content.decode()
    operator.post(f"/incidents/{card.pk}/going-on/", {"goes_on": "1"})
    card, other = town.card(), town.card()
    form["number"] = str(other.number)
    page = operator.post(f"/incidents/{card.pk}/repeat/", form, headers={"X-Fragment": "1"})
    assert 'id="card-onward"' in page.content.decode()
