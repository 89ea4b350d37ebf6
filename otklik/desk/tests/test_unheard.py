"""«Без обратной связи»: who stands there, why, for whom, and what zero looks like."""

from datetime import timedelta
from typing import Any

from django.test import Client

from otklik.desk.operator.unheard import LIST
from otklik.desk.tests.pages import assert_shows, at_most, number_in_rail, page_at
from otklik.desk.tests.test_registers import catch_up
from otklik.feedback.closing import close_unanswered
from otklik.feedback.registers.models import Pace, Unheard
from otklik.inbox.models import Author
from otklik.incidents.cards import hear_again, main_message, sees, visible_through, visible_to
from otklik.journal import book
from otklik.lib import clock
from otklik.people.models import Role, User
from otklik.publishing.models import Delivery
from tests.make import inbox
from tests.make.people import grant, person, signed_in
from tests.make.town import Town


def rows_of_page(who: User | Client, query: str = "") -> list[tuple[int, str]]:
    client = who if isinstance(who, Client) else signed_in(who)
    return [(row.incident_id, row.why) for row, _title in client.get(f"/unheard/{query}").context["rows"]]


def follow_now() -> None:
    Pace.objects.update(due_at=clock.now())
    catch_up(clock.now())


def test_each_says_why_and_who_waits_longest_stands_first(operator: Client, town: Town) -> None:
    work, fresh, closed = town.assigned(), town.card(), town.assigned()
    town.published()
    stuck, beside = town.approved(), town.published()
    Delivery.objects.filter(pk=stuck.pk).update(hold="token", cause="token")
    other = town.say(main_message(beside).thread, inbox.author(), "x1", "И у нас", clock.now())
    with book.turn():
        hear_again([(beside, other)], clock.now())
    close_unanswered(closed, "pointless", "", clock.now(), "user:1")
    Unheard.objects.all().delete()
    follow_now()
    Unheard.objects.filter(incident=fresh).update(since=clock.now() - timedelta(days=9))
    rows = rows_of_page(operator)
    gathered, stuck_row = (beside.pk, "gathered"), (stuck.answer.incident_id, "stuck")
    assert rows[0] == (fresh.pk, "new")
    assert set(rows) == {rows[0], (work.pk, "work"), (closed.pk, "closed"), stuck_row, gathered}
    for pk, why in rows:
        assert rows_of_page(operator, f"?why={why}") == [(pk, why)]
    assert number_in_rail(operator, "unheard") == "5"


def test_zero_is_the_goal_and_the_list_is_narrowed_by_what_one_asks_and_may_see(operator: Client, town: Town) -> None:
    town.published()
    assert "Реестр ещё собирается" in page_at(operator, "/unheard/")
    follow_now()
    assert_shows(page_at(operator, "/unheard/"), "Ноль. Это и есть цель", "Данные на")
    card = town.assigned()
    follow_now()
    mine = [(card.pk, "work")]
    assert rows_of_page(operator, f"?agency={town.water.pk}&network=vk&place={town.city.pk}") == mine
    assert rows_of_page(operator, f"?agency={town.roads.pk}") == rows_of_page(operator, "?network=ok") == []
    for hostile in ("place=-1", "place=999999999999999999", "why=%27--", "network=../", "after=x.y", "agency=1e9"):
        assert rows_of_page(operator, f"?{hostile}") == mine, hostile
    colleague = person("roads-curator", Role.CURATOR, town.roads)
    assert rows_of_page(colleague) == []
    assert number_in_rail(colleague, "unheard") == ""


def test_the_pages_follow_each_other_without_a_gap_and_ask_ten_questions_at_most(operator: Client, town: Town) -> None:
    card = town.assigned()
    follow_now()
    message, since = main_message(card), Unheard.objects.get().since
    authors = Author.objects.bulk_create(
        Author(network="vk", external_id=f"more{number}") for number in range(2 * LIST.size + 5)
    )
    Unheard.objects.bulk_create(
        Unheard(incident=card, author=author, message=message, since=since + timedelta(number // 3))
        for number, author in enumerate(authors)
    )
    query, seen = "", []
    operator.get("/unheard/")
    for _page in range(3):
        with at_most(10):
            answer = operator.get(f"/unheard/{query}")
        seen += [row.pk for row, _title in answer.context["rows"]]
        query = answer.context["following"]
    assert query == ""
    assert len(seen) == len(set(seen)) == 2 * LIST.size + 6


def test_the_reach_on_rows_is_the_reach_on_their_cards(town: Town) -> None:
    cards = [town.assigned(), town.assigned(agency=town.roads), town.card()]
    follow_now()
    grants: dict[str, list[dict[str, Any]]] = {
        "region": [{}],
        "agency": [{"agency": town.water}],
        "place": [{"place": town.city}],
        "another place": [{"place": town.village}],
        "both": [{"agency": town.roads, "place": town.city.parent}],
        "agencies": [{"agency": town.water}, {"agency": town.roads, "place": town.city}],
        "nowhere": [],
    }
    for where, reaches in grants.items():
        user = person()
        for one in reaches:
            grant(user, Role.HEAD, **one)
        seen = set(visible_to(user).filter(pk__in=[card.pk for card in cards]).values_list("pk", flat=True))
        assert {card.pk for card in cards if sees(user, card)} == seen, where
        rows = Unheard.objects.filter(visible_through(user, "incident"))
        assert set(rows.values_list("incident", flat=True)) == seen, where
        assert bool(seen) == (where != "nowhere")
