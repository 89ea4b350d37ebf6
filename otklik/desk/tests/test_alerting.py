"""«Мои оповещения», «График дежурств» and «Принял»: one's own and nobody else's, and who may edit or accept. The pages
of surges: who sees which, whose words, and the problem that is made of one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from otklik.desk.tests.pages import assert_answers, assert_shows, exactly, page_at, reread
from otklik.feedback.hear import reopen
from otklik.feedback.models import Rating
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, State
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import claim
from otklik.notify.alerts.chase import chase
from otklik.notify.alerts.models import Alert, Bookmark, Chase, Duty, Ear, Kind, Surge, Talk, Trouble, Wishes
from otklik.notify.alerts.read import read
from otklik.people.models import Agency, Role, User
from otklik.places.models import Boundary, Place
from tests.make.people import agency, person, signed_in
from tests.make.town import LEASE, Town

pytestmark = pytest.mark.django_db
NOTICES, WISHES, ROSTER = "/notices/", "/my-alerts/", "/duty/"


def alert_for(user: User, card: Incident, **more: object) -> Alert:
    number = Alert.objects.count() + 1
    return Alert.objects.create(user=user, kind="overdue", incident=card, entry=number, at=timezone.now(), **more)


def tell(at: datetime) -> None:
    """The steps that turn entries into alerts, and pass them on."""
    Bookmark.objects.update(due_at=at)
    with book.turn():
        read(claim(Bookmark, at, LEASE, 1), at)
        chase(claim(Chase, at, LEASE, 10), at)


def alerts_by_user(card: Incident, kind: str = "unhappy") -> dict[User, int]:
    alerts = Alert.objects.filter(incident=card, kind=kind).select_related("user")
    assert len(alerts) == len({alert.user for alert in alerts}), "nobody twice"
    return {alert.user: alert.rung for alert in alerts}


def test_an_alert_stands_in_the_bell_until_it_was_seen_and_a_closed_way_on_the_page_of_health(town: Town) -> None:
    card = town.assigned()
    alert = alert_for(town.executor, card)
    alert_for(town.executor, card, desk=False)
    alert_for(town.other, card)
    assert '<span class="bell-count">1</span>' in page_at(town.executor, "/agency/")
    assert_shows(page_at(town.executor, NOTICES), f"№ {card.number}", "Срок вышел")
    assert_shows(page_at(town.other, NOTICES), "её не видно", hides=[f"№ {card.number}"])
    assert "Срок вышел" not in page_at(town.colleague, NOTICES)
    for user, left in ((town.colleague, True), (town.executor, False)):
        signed_in(user).post("/notices/seen/", {"alerts": alert.pk})
        assert ("bell-count" in page_at(town.executor, NOTICES)) is left
    Trouble.objects.create(channel="bot", since=timezone.now(), error="Ключ бота не подходит")
    assert "Ключ бота не подходит" in page_at(town.admin, "/health/")
    assert "посмотрите" in page_at(town.admin, "/queue/")


def test_who_is_concerned_is_told_once_of_each_reply_and_those_above_when_nobody_deals_with_it(town: Town) -> None:
    Bookmark.objects.update(entry=0)
    card = town.replied("Ничего не сделали!")
    now = timezone.now()
    for _twice in range(2):
        tell(now)
    team = {town.operator: 0, town.executor: 0, town.curator: 0}
    assert alerts_by_user(card) == team
    assert '<span class="bell-count">1</span>' in page_at(town.operator, "/queue/")
    assert_shows(page_at(town.executor, NOTICES), "Житель пишет, что не сделано", f"№ {card.number}")
    tell(now + timedelta(minutes=119))
    assert alerts_by_user(card) == team
    tell(now + timedelta(minutes=121))
    assert alerts_by_user(card) == {**team, town.head: 2}
    happy, ended = town.replied(), town.replied("Так и не починили")
    Incident.objects.filter(pk=ended.pk).update(state=State.DONE, executor=town.other)
    unclear = town.replied("А на Мира?")
    dealt = town.replied("Обман")
    signed_in(town.operator).post(f"/ratings/{Rating.objects.get(incident=dealt).pk}/dismissal/")
    tell(now)
    assert (alerts_by_user(happy), alerts_by_user(dealt)) == ({}, {})
    assert alerts_by_user(ended) == team, "not whoever sees it no more, and of a card that has ended as well"
    assert alerts_by_user(unclear) == team
    closed = town.published()
    Incident.objects.filter(pk=closed.pk).update(state=State.DONE)
    town.reply(closed, "А на Мира?")
    tell(now)
    assert (alerts_by_user(closed), reread(closed).state) == (team, State.IN_WORK), "the machine has opened it"
    assert "прочтите, доволен ли он" in page_at(town.curator, NOTICES)


def test_what_is_chosen_is_kept_and_what_nobody_may_miss_stays(town: Town) -> None:
    client, quiet = signed_in(town.executor), {"quiet_from": "22:30", "quiet_until": "07:00"}
    for typed in ("", "25:00", "x" * 500, "12:00+03:00x", "\x00"):
        assert client.post(WISHES, quiet | {"quiet_from": typed}).status_code == 409, typed
    assert not Wishes.objects.exists()
    ticks = dict.fromkeys(("warned-mail", "urgent-desk", "nonsense-mail"), "1")
    assert client.post(WISHES, ticks | quiet).status_code == 302
    wishes = Wishes.objects.get(user=town.executor)
    assert (wishes.chosen["warned"], wishes.chosen["overdue"]) == (["mail"], [])
    assert not {"urgent", "system", "nonsense"} & set(wishes.chosen)
    assert 'value="22:30"' in page_at(client, WISHES)


def test_a_code_is_shown_once_and_kept_as_a_digest_where_there_is_a_bot(town: Town, settings: Settings) -> None:
    client = signed_in(town.executor)
    client.post(f"{WISHES}chat/")
    assert not Talk.objects.exists(), "no bot in the settings"
    settings.ALERTS_BOT = "max"
    code = client.post(f"{WISHES}chat/").content.decode().split("<code>")[1].split("</code>")[0]
    assert len(code) == 10
    assert code not in Talk.objects.get(user=town.executor).code
    assert code not in page_at(client, WISHES)
    assert Ear.objects.get().network == "max"
    Talk.objects.create(user=town.other, chat="2", linked_at=timezone.now())
    Talk.objects.filter(user=town.executor).update(chat="1", linked_at=timezone.now())
    client.post(f"{WISHES}chat/removal/")
    assert [talk.user for talk in Talk.objects.all()] == [town.other], "parting takes one's own chat"


# Who is on duty.
def form(user: User, /, **more: object) -> dict[str, object]:
    first, last = (timezone.localtime() + timedelta(hours=number) for number in (1, 9))
    return {"user": user.pk, "starts": f"{first:%Y-%m-%dT%H:%M}", "ends": f"{last:%Y-%m-%dT%H:%M}", "place": "1"} | more


def test_an_administrator_keeps_the_roster_a_curator_his_agencys_and_others_look(town: Town, admin: Client) -> None:
    for bad in (
        *({"starts": starts} for starts in ("", "x" * 999)),
        *({"ends": "9999-99-99T99:99"}, {"user": "-1"}, {"user": "9" * 40}),
    ):
        assert admin.post(ROSTER, form(town.operator, **bad)).status_code == 409
    assert not Duty.objects.exists()
    assert admin.post(ROSTER, form(town.operator)).status_code == 302
    assert "Орлова" in page_at(admin, f"{ROSTER}?days=28")
    assert admin.post(ROSTER, form(town.operator)).status_code == 409
    assert admin.post(f"/duties/{Duty.objects.get().pk}/removal/").status_code == 302
    assert not Duty.objects.exists()
    client = signed_in(person("curator-of-water", Role.CURATOR, town.water))
    for more, status in (({"agency": town.water.pk}, 302), ({}, 403), ({"agency": town.roads.pk}, 403)):
        assert client.post(ROSTER, form(town.executor, **more)).status_code == status
    regional = Duty.objects.create(user=town.operator, starts_at=timezone.now(), ends_at=timezone.now() + timedelta(1))
    assert client.post(f"/duties/{regional.pk}/removal/").status_code == 403
    assert "Поставить дежурство" not in page_at(town.executor, ROSTER)
    assert signed_in(town.executor).post(ROSTER, form(town.operator)).status_code == 403
    for query in ("from=x&days=x", "from=0001-01-01", "from=9999-12-31&days=28", "days=-5"):
        assert page_at(town.executor, f"{ROSTER}?{query}")


def test_opening_the_card_confirms_nothing_and_one_press_of_whoever_was_called_does(town: Town) -> None:
    card, now, client = town.assigned(), timezone.now(), signed_in(town.operator)
    Incident.objects.filter(pk=card.pk).update(priority=5)
    chase = Chase.objects.create(kind="urgent", incident=card, entry=1, since=now, called=town.operator)
    Alert.objects.create(user=town.operator, kind="urgent", incident=card, entry=1, at=now)
    address, confirmation = f"/incidents/{card.pk}/", f"/incidents/{card.pk}/call/confirmation/"
    assert "Принял" in page_at(client, address)
    client.get(confirmation)
    for user, status in ((town.colleague, 403), (town.other, 404)):
        assert signed_in(user).post(confirmation).status_code == status
    assert reread(chase).confirmed_at is None
    assert client.post(confirmation).status_code == 302
    assert_shows(page_at(client, address), "принял", hides=["call/confirmation"])


# Surges.
def surge_of(town: Town, *cards: Incident, **more: Any) -> Surge:
    now = timezone.now()
    gather(town, now, *cards)
    fields: dict[str, Any] = {"people": 6, "minutes": 30, "usual": 0}
    fields |= {"since": now - timedelta(hours=1), "raised_at": now, "last_at": now + timedelta(minutes=1)}
    return Surge.objects.create(theme=town.pipe, place=town.city, **fields | more)


def gather(town: Town, started_at: Any, *cards: Incident) -> None:
    """The cards are about the surge's matter, and of its time."""
    about = {"theme": town.pipe, "place": town.city, "started_at": started_at}
    Incident.objects.filter(pk__in=[card.pk for card in cards]).update(**about)


def at(surge: Surge, verb: str = "") -> str:
    return f"/surges/{surge.pk}/{verb}"


def test_words_where_they_are_and_how_many_are_usual_for_who_judges_and_who_reads_figures(town: Town) -> None:
    card = town.card()
    surge, words = surge_of(town, card), card.messages.get().text
    for user in (town.executor, town.approver):
        assert signed_in(user).get(at(surge)).status_code == 403, user.username
    assert signed_in(town.operator).get("/surges/999999/").status_code == 404
    Incident.objects.filter(pk=card.pk).update(street="улица Мира")
    where, usual = f"{town.city.name}, улица Мира", "обычно за 30 мин не пишет никто"
    for user in (town.operator, town.admin):
        assert_shows(page_at(user, at(surge)), words, where, usual)
    Surge.objects.update(usual=0.34)
    assert "обычно за 30 мин пишут 0,3" in page_at(town.operator, at(surge))
    # Words of cards that one may not see are not shown, and of another territory nobody is told.
    narrow = person("narrow", Role.CURATOR, agency("Д", "far"))
    assert_shows(page_at(narrow, at(surge)), "их слов вам не видно", hides=[words])
    elsewhere = Place.objects.create(code="elsewhere", name="Другой", level=Place.Level.MUNICIPALITY)
    client = signed_in(person("far", Role.CURATOR, place=elsewhere))
    assert client.get(at(surge)).status_code == 404
    assert client.get("/surges/").context["rows"] == []


def test_those_that_run_stand_first_and_old_ones_are_gone_and_an_alert_leads_there(town: Town) -> None:
    now = timezone.now()
    ended = surge_of(town, ended_at=now)
    surge_of(town, ended_at=now - timedelta(days=60), last_at=now - timedelta(days=60))
    runs = surge_of(town, last_at=now - timedelta(hours=3))
    assert [row.surge for row in signed_in(town.operator).get("/surges/").context["rows"]] == [runs, ended]
    Alert.objects.create(user=town.operator, kind=Kind.SURGE, surge=runs, entry=1, at=now)
    assert_shows(page_at(town.operator, "/notices/"), "Всплеск жалоб", f'href="{at(runs)}"')


def test_many_cards_cost_no_more_queries(town: Town) -> None:
    surge = surge_of(town, *(town.card() for _number in range(12)))
    client = signed_in(town.operator)
    client.get("/surges/")
    with exactly(7):
        assert len(client.get(at(surge)).context["cards"]) == 12


def gathered(client: Client, surge: Surge) -> Any:
    return client.post(at(surge, "problem/"), follow=True)


def test_one_press_makes_a_problem_of_its_cards_and_a_second_one_adds_what_has_come(town: Town) -> None:
    cards = [town.card() for _number in range(3)]
    surge, client = surge_of(town, *cards), signed_in(town.operator)
    assert "Карточек, которые ещё не в проблеме: 3." in page_at(client, at(surge))
    answer = gathered(client, surge)
    problem = Problem.objects.get()
    assert answer.redirect_chain == [(f"/problems/{problem.pk}/", 302)]
    assert_answers(answer, 200, "Собрано в проблему карточек: 3")
    assert (problem.state, problem.theme, problem.place) == (Problem.State.OPEN, town.pipe, town.city)
    assert set(Incident.objects.filter(problem=problem)) == set(cards)
    assert Entry.objects.get(verb="surge.gather").data == {"problem": problem.pk, "cards": 3}
    answer = gathered(client, surge)
    assert answer.redirect_chain == [(at(surge), 302)]
    assert_answers(answer, 200, "все карточки уже в проблемах")
    late = town.card()
    gather(town, surge.last_at, late)
    gathered(client, surge)
    assert reread(late).problem == Problem.objects.get() == problem


def test_what_stands_in_another_problem_or_was_said_to_be_another_matter_stays_there(town: Town) -> None:
    other, noise, off, left = (town.card() for _number in range(4))
    surge, now, client = surge_of(town, other, noise, off, left), timezone.now(), signed_in(town.operator)
    elsewhere = problems.begin(problems.About("Другая"), [other], town.operator, now)
    Incident.objects.filter(pk=noise.pk).update(state="noise")
    gathered(client, surge)
    made = Problem.objects.exclude(pk=elsewhere.pk).get()
    assert set(Incident.objects.filter(problem=made)) == {off, left}
    problems.take_off(made, off, town.operator, now)
    assert_answers(gathered(client, surge), 200, "все карточки уже")
    assert reread(off).problem is None
    assert f'<a href="/problems/{elsewhere.pk}/">№ {elsewhere.number}</a>' in page_at(client, at(surge))


def test_only_who_judges_its_cards_gathers_them_where_a_merged_problem_leads_and_no_ended_one(town: Town) -> None:
    surge = surge_of(town, town.card())
    for user in (person("narrow", Role.CURATOR, agency("Д", "far")), town.executor, town.auditor):
        assert signed_in(user).post(at(surge, "problem/")).status_code == 403, user.username
    assert "Собрать в проблему" not in page_at(town.auditor, at(surge))
    client = signed_in(town.operator)
    assert client.post("/surges/999999/problem/").status_code == 404
    assert client.get(at(surge, "problem/")).status_code == 405
    assert not Problem.objects.exists()
    now = timezone.now()
    older = problems.begin(problems.About("Старше"), [town.card()], town.operator, now)
    gathered(client, surge)
    problems.merge(older, Problem.objects.exclude(pk=older.pk).get(), town.operator, now)
    for followed in (True, False):
        late = town.card()
        gather(town, surge.last_at, late)
        gathered(client, surge)
        problem = reread(late).problem
        assert problem is not None
        assert (problem == older) is followed
        problems.end(older, town.operator, now)


def test_the_map_is_a_scheme_of_settlements_or_the_boundary_that_was_loaded(town: Town) -> None:
    cards = [town.card() for _number in range(4)]
    surge, client = surge_of(town, *cards), signed_in(town.operator)
    assert client.get(at(surge)).context["map"] is None
    north, _south = (
        Place.objects.create(
            code=name, name=name, latitude=north, longitude=east, level=Place.Level.SETTLEMENT, parent=town.city
        )
        for name, north, east in (("North", 46.0, 40.0), ("South", 45.0, 40.2))
    )
    Incident.objects.filter(pk__in=[card.pk for card in cards[:3]]).update(place=north)
    drawn = client.get(at(surge)).context["map"]
    assert (drawn.scheme, len(drawn.ground), drawn.nowhere) == (True, 2, 1)
    assert [(dot.name, dot.count) for dot in drawn.dots] == [("North", 3)]
    square = [[[[39.0, 44.0], [41.0, 44.0], [41.0, 47.0], [39.0, 47.0], [39.0, 44.0]]]]
    Boundary.objects.create(place=town.city, polygons=square, attribution="© One", loaded_at=timezone.now())
    page = client.get(at(surge))
    drawn = page.context["map"]
    assert (drawn.scheme, len(drawn.ground), drawn.attribution) == (False, 1, "© One")
    (dot,) = drawn.dots
    assert 0 < dot.x < drawn.width
    assert 0 < dot.y < drawn.height / 2, "in the north"
    assert_answers(page, 200, "<title>North: 3</title>")


def test_a_card_opened_again_rings_its_executor_and_curator_and_without_an_agency_whoever_is_to_act(town: Town) -> None:
    Bookmark.objects.update(entry=0)
    now = timezone.now()
    ours, closed, undone = (town.published() for _card in range(3))
    reopen(ours, f"user:{town.operator.pk}", now)
    signed_in(town.operator).post(f"/incidents/{undone.pk}/reopening/")
    signed_in(town.operator).post("/undo/")
    Agency.objects.filter(pk=town.water.pk).update(active=False)
    reopen(reread(closed), f"user:{town.colleague.pk}", now)
    for _twice in range(2):
        tell(now)
    assert alerts_by_user(ours, "reopened") == {town.executor: 0, town.curator: 0}
    assert alerts_by_user(closed, "reopened") == {town.operator: 0}
    assert alerts_by_user(undone, "reopened") == {}, "it was taken back before anybody heard of it"
    assert_shows(page_at(town.executor, NOTICES), f"№ {ours.number}", "Карточка открыта снова, нужен новый ответ")
