"""The pages of surges: who sees which, and whose words."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.alerts.models import Alert, Kind, Surge
from otklik.desk.tests.pages import assert_answers, exactly
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem
from otklik.journal.models import Entry
from otklik.people.models import Role
from otklik.places.models import Boundary, Place
from tests.make.people import agency, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def surge_of(town: Town, *cards: Incident, **more: Any) -> Surge:
    now = timezone.now()
    Incident.objects.filter(pk__in=[card.pk for card in cards]).update(theme=town.pipe, place=town.city, started_at=now)
    told = {"since": now - timedelta(hours=1), "raised_at": now, "last_at": now + timedelta(minutes=1)}
    return Surge.objects.create(
        theme=town.pipe, place=town.city, **told, **{"people": 6, "minutes": 30, "usual": 0} | more
    )


def test_a_surge_is_for_who_judges_and_who_reads_figures(town: Town) -> None:
    surge = surge_of(town)
    for user, status in ((town.operator, 200), (town.admin, 200), (town.executor, 403), (town.approver, 403)):
        assert signed_in(user).get(f"/surges/{surge.pk}/").status_code == status, user.username
    assert signed_in(town.operator).get("/surges/999999/").status_code == 404


def test_words_where_they_are_and_how_many_are_usual(town: Town) -> None:
    card = town.card()
    surge = surge_of(town, card)
    Incident.objects.filter(pk=card.pk).update(street="улица Мира")
    page = signed_in(town.operator).get(f"/surges/{surge.pk}/")
    text = page.content.decode()
    assert card.messages.get().text in text
    assert f"{town.city.name}, улица Мира" in text
    assert "обычно за 30 мин не пишет никто" in text
    Surge.objects.update(usual=0.34)
    assert "обычно за 30 мин пишут 0,3" in signed_in(town.operator).get(f"/surges/{surge.pk}/").content.decode()


def test_words_of_cards_that_one_may_not_see_are_not_shown(town: Town) -> None:
    card = town.card()
    surge = surge_of(town, card)
    user = person("narrow", Role.CURATOR, agency("Д", "far"))
    page = signed_in(user).get(f"/surges/{surge.pk}/").content.decode()
    assert card.messages.get().text not in page
    assert "их слов вам не видно" in page


def test_of_another_territory_nobody_is_told(town: Town) -> None:
    surge = surge_of(town)
    elsewhere = Place.objects.create(code="elsewhere", name="Другой", level=Place.Level.MUNICIPALITY)
    user = person("narrow", Role.CURATOR, place=elsewhere)
    assert signed_in(user).get(f"/surges/{surge.pk}/").status_code == 404
    assert signed_in(user).get("/surges/").context["rows"] == []


def test_those_that_run_stand_first_and_old_ones_are_gone(town: Town) -> None:
    now = timezone.now()
    ended = surge_of(town, ended_at=now)
    long_ago = surge_of(town, ended_at=now - timedelta(days=60))
    Surge.objects.filter(pk=long_ago.pk).update(last_at=now - timedelta(days=60))
    runs = surge_of(town)
    Surge.objects.filter(pk=runs.pk).update(last_at=now - timedelta(hours=3))
    rows = signed_in(town.operator).get("/surges/").context["rows"]
    assert [row.surge for row in rows] == [runs, ended]


def test_an_alert_leads_there(town: Town) -> None:
    surge = surge_of(town)
    Alert.objects.create(user=town.operator, kind=Kind.SURGE, surge=surge, entry=1, at=timezone.now())
    assert_answers(signed_in(town.operator).get("/notices/"), 200, "Всплеск жалоб", f'href="/surges/{surge.pk}/"')


def test_many_cards_cost_no_more_queries(town: Town) -> None:
    surge = surge_of(town, *(town.card() for _number in range(12)))
    client = signed_in(town.operator)
    client.get("/surges/")
    with exactly(8):
        assert len(client.get(f"/surges/{surge.pk}/").context["cards"]) == 12


def gathered(client: Client, surge: Surge) -> Any:
    return client.post(f"/surges/{surge.pk}/problem/", follow=True)


def test_one_press_makes_a_problem_of_its_cards_and_a_second_one_adds_what_has_come(town: Town) -> None:
    cards = [town.card() for _number in range(3)]
    surge, client = surge_of(town, *cards), signed_in(town.operator)
    assert_answers(client.get(f"/surges/{surge.pk}/"), 200, "Карточек, которые ещё не в проблеме: 3.")
    answer = gathered(client, surge)
    problem = Problem.objects.get()
    assert answer.redirect_chain == [(f"/problems/{problem.pk}/", 302)]
    assert "Собрано в проблему карточек: 3" in answer.content.decode()
    assert (problem.state, problem.theme, problem.place) == (Problem.State.OPEN, town.pipe, town.city)
    assert set(Incident.objects.filter(problem=problem)) == set(cards)
    assert Entry.objects.get(verb="surge.gather").data == {"problem": problem.pk, "cards": 3}

    answer = gathered(client, surge)
    assert answer.redirect_chain == [(f"/surges/{surge.pk}/", 302)]
    assert "все карточки уже в проблемах" in answer.content.decode()
    late = town.card()
    Incident.objects.filter(pk=late.pk).update(theme=town.pipe, place=town.city, started_at=surge.last_at)
    gathered(client, surge)
    assert Incident.objects.get(pk=late.pk).problem == Problem.objects.get() == problem


def test_what_stands_in_another_problem_or_was_said_to_be_another_matter_stays_there(town: Town) -> None:
    other, noise, off, left = (town.card() for _number in range(4))
    surge, now = surge_of(town, other, noise, off, left), timezone.now()
    elsewhere = problems.begin(problems.About("Другая"), [other], town.operator, now)
    Incident.objects.filter(pk=noise.pk).update(state="noise")
    client = signed_in(town.operator)
    gathered(client, surge)
    made = Problem.objects.exclude(pk=elsewhere.pk).get()
    assert set(Incident.objects.filter(problem=made)) == {off, left}
    problems.take_off(made, off, town.operator, now)
    assert "все карточки уже" in gathered(client, surge).content.decode()
    assert Incident.objects.get(pk=off.pk).problem is None
    assert_answers(
        client.get(f"/surges/{surge.pk}/"), 200, f'<a href="/problems/{elsewhere.pk}/">№ {elsewhere.number}</a>'
    )


def test_a_merged_problem_is_followed_and_an_ended_one_is_not(town: Town) -> None:
    first = town.card()
    surge, now, client = surge_of(town, first), timezone.now(), signed_in(town.operator)
    older = problems.begin(problems.About("Старше"), [town.card()], town.operator, now)
    gathered(client, surge)
    problems.merge(older, Problem.objects.exclude(pk=older.pk).get(), town.operator, now)
    for wanted in (older, None):
        late = town.card()
        Incident.objects.filter(pk=late.pk).update(theme=town.pipe, place=town.city, started_at=surge.last_at)
        gathered(client, surge)
        problem = Incident.objects.get(pk=late.pk).problem
        assert problem is not None
        assert (problem == older) is (wanted is not None)
        problems.end(older, town.operator, now)


def test_only_who_judges_its_cards_gathers_them(town: Town) -> None:
    surge = surge_of(town, town.card())
    curator = person("narrow", Role.CURATOR, agency("Д", "far"))
    for user in (curator, town.executor, town.auditor):
        assert signed_in(user).post(f"/surges/{surge.pk}/problem/").status_code == 403, user.username
    assert "Собрать в проблему" not in signed_in(town.auditor).get(f"/surges/{surge.pk}/").content.decode()
    assert signed_in(town.operator).post("/surges/999999/problem/").status_code == 404
    assert signed_in(town.operator).get(f"/surges/{surge.pk}/problem/").status_code == 405
    assert not Problem.objects.exists()


def settlement(city: Place, name: str, at: tuple[float, float]) -> Place:
    made = {"code": name.lower(), "level": Place.Level.SETTLEMENT, "parent": city}
    return Place.objects.create(name=name, latitude=at[0], longitude=at[1], **made)


def test_the_map_is_a_scheme_of_settlements_or_the_boundary_that_was_loaded(town: Town) -> None:
    cards = [town.card() for _number in range(4)]
    surge, client = surge_of(town, *cards), signed_in(town.operator)
    address = f"/surges/{surge.pk}/"
    assert client.get(address).context["map"] is None
    north, _south = settlement(town.city, "North", (46.0, 40.0)), settlement(town.city, "South", (45.0, 40.2))
    Incident.objects.filter(pk__in=[card.pk for card in cards[:3]]).update(place=north)
    drawn = client.get(address).context["map"]
    assert (drawn.scheme, len(drawn.ground), drawn.nowhere) == (True, 2, 1)
    assert [(dot.name, dot.count) for dot in drawn.dots] == [("North", 3)]
    square = [[[[39.0, 44.0], [41.0, 44.0], [41.0, 47.0], [39.0, 47.0], [39.0, 44.0]]]]
    Boundary.objects.create(place=town.city, polygons=square, attribution="© One", loaded_at=timezone.now())
    page = client.get(address)
    drawn = page.context["map"]
    assert (drawn.scheme, len(drawn.ground), drawn.attribution) == (False, 1, "© One")
    (dot,) = drawn.dots
    assert 0 < dot.x < drawn.width
    assert 0 < dot.y < drawn.height / 2, "in the north"
    assert "<title>North: 3</title>" in page.content.decode()
