"""«Без обратной связи»: who stands there, why, for whom, and what zero looks like."""

from datetime import timedelta

import pytest
from django.test import Client

from otklik.desk.tests.pages import assert_answers, at_most
from otklik.desk.tests.test_registers import catch_up
from otklik.desk.unheard.rows import PAGE
from otklik.feedback.closing import close_unanswered
from otklik.inbox.models import Author
from otklik.incidents.cards import hear_again, main_message, visible_through, visible_to
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import Grant, Role, User
from otklik.places.models import Place
from otklik.publishing.models import Delivery
from otklik.registers.models import Pace, Unheard
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def shown(client: Client, query: str = "") -> list[tuple[int, str]]:
    return [(row.incident_id, row.why) for row, _title in client.get(f"/unheard/{query}").context["rows"]]


def follow_now() -> None:
    Pace.objects.update(due_at=clock.now())
    catch_up(clock.now())


def test_each_says_why_and_who_waits_longest_stands_first(town: Town) -> None:
    work, fresh, closed = town.assigned(), town.card(), town.assigned()
    town.published()
    stuck = town.approved()
    Delivery.objects.filter(pk=stuck.pk).update(hold="token", cause="token")
    beside = town.published()
    thread = main_message(beside).thread
    neighbour = Author.objects.create(network="vk", external_id="9")
    other = town.say(thread, neighbour, "x1", "И у нас", clock.now(), "comment")
    with book.turn():
        hear_again(beside, other, clock.now())
    close_unanswered(closed, "pointless", "", clock.now(), "user:1")
    Unheard.objects.all().delete()
    follow_now()
    Unheard.objects.filter(incident=fresh).update(since=clock.now() - timedelta(days=9))
    found = shown(signed_in(town.operator))
    gathered, stands = (beside.pk, "gathered"), (stuck.answer.incident_id, "stuck")
    assert found[0] == (fresh.pk, "new")
    assert set(found) == {found[0], (work.pk, "work"), (closed.pk, "closed"), stands, gathered}
    for pk, why in found:
        assert shown(signed_in(town.operator), f"?why={why}") == [(pk, why)]
    assert ">5</span>" in signed_in(town.operator).get("/unheard/count/").content.decode()


def test_it_is_narrowed_by_agency_network_and_territory(town: Town) -> None:
    card = town.assigned()
    follow_now()
    client, mine = signed_in(town.operator), [(card.pk, "work")]
    assert shown(client, f"?agency={town.water.pk}&network=vk&place={town.city.pk}") == mine
    assert shown(client, f"?agency={town.roads.pk}") == shown(client, "?network=ok") == []
    places = ("place=-1", "place=999999999999999999")
    for hostile in (*places, "why=%27--", "network=../", "after=x.y", "agency=1e9"):
        assert shown(client, f"?{hostile}") == mine, hostile


def test_a_colleague_of_another_agency_sees_nobody_of_it(town: Town) -> None:
    town.assigned()
    follow_now()
    client = signed_in(person("roads-curator", Role.CURATOR, town.roads))
    assert shown(client) == []
    assert client.get("/unheard/count/").content.decode().strip() == ""


def test_zero_is_the_goal_and_the_page_says_so_with_the_time_of_its_data(town: Town) -> None:
    town.published()
    assert_answers(signed_in(town.operator).get("/unheard/"), 200, "Реестр ещё собирается")
    follow_now()
    assert_answers(signed_in(town.operator).get("/unheard/"), 200, "Ноль. Это и есть цель", "Данные на")


def test_the_pages_follow_each_other_without_a_gap_and_ask_ten_questions_at_most(town: Town) -> None:
    card = town.assigned()
    follow_now()
    message, since = main_message(card), Unheard.objects.get().since
    for number in range(2 * PAGE + 5):
        author = Author.objects.create(network="vk", external_id=f"more{number}")
        Unheard.objects.create(incident=card, author=author, message=message, since=since + timedelta(number // 3))
    client, query, seen = signed_in(town.operator), "", []
    client.get("/unheard/")
    for _page in range(3):
        with at_most(10):
            answer = client.get(f"/unheard/{query}")
        seen += [row.pk for row, _title in answer.context["rows"]]
        query = answer.context["following"]
    assert query == ""
    assert len(seen) == len(set(seen)) == 2 * PAGE + 6
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("where", ["region", "agency", "place", "both", "agencies", "nowhere"])
def test_the_reach_on_rows_is_the_reach_on_their_cards(town: Town, where: str) -> None:
    cards = [town.assigned(), town.assigned(agency=town.roads), town.card()]
    follow_now()
    user, (village, *_rest) = User.objects.create_user("reader"), Place.objects.filter(level="region")
    grants: dict[str, list[dict[str, object]]] = {
        "region": [{}],
        "agency": [{"agency": town.water}],
        "place": [{"place": town.city}],
        "both": [{"agency": town.roads, "place": village}],
        "agencies": [{"agency": town.water}, {"agency": town.roads, "place": town.city}],
        "nowhere": [],
    }
    for grant in grants[where]:
        Grant.objects.create(user=user, role=Role.HEAD, **grant)
    seen = set(visible_to(user).filter(pk__in=[card.pk for card in cards]).values_list("pk", flat=True))
    found = Unheard.objects.filter(visible_through(user, "incident"))
    assert set(found.values_list("incident", flat=True)) == seen
    assert bool(seen) == (where != "nowhere")
