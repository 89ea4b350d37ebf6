"""What is known on a card: the author's earlier cards (each look is in the journal) and answers to much the same."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.desk.card.repeats import MOST, candidates
from otklik.desk.tests.pages import FRAGMENT, assert_answers, assert_shows, at_most, browser_of, page_at, part_at, press
from otklik.finding.tests.finding_data import take_in
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Grant, User
from tests.make.town import Town


def by_one_author(*cards: Incident) -> Author:
    author = main_message(cards[0]).author
    for card in cards:
        card.messages.update(author=author)
    return author


def looks() -> int:
    return Entry.objects.filter(verb="incident.author_seen").count()


def author_cards(who: User | Client, card: Incident) -> Any:
    return press(who, f"/incidents/{card.pk}/author-cards/")


def similar(who: User | Client, card: Incident) -> Any:
    take_in()
    return browser_of(who).get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)


def test_the_authors_earlier_cards_come_on_asking_with_a_note_and_not_to_all(operator: Client, town: Town) -> None:
    first, second, third = town.assigned(), town.assigned(), town.assigned()
    author = by_one_author(first, second, third)
    shown = page_at(operator, f"/incidents/{second.pk}/")
    assert_shows(shown, "Житель писал раньше", hides=(f"/incidents/{first.pk}/",))
    assert looks() == 0, "opening the card alone shows and notes nothing"
    page = author_cards(operator, second)
    assert_answers(page, 200, "Нет холодной воды")
    assert [card.pk for card in page.context["cards"]] == [first.pk]
    entry = Entry.objects.get(verb="incident.author_seen")
    assert (entry.data, entry.actor) == ({"author": author.pk}, f"user:{town.operator.pk}")
    assert "Просмотрены прежние карточки жителя" in page_at(operator, f"/incidents/{second.pk}/talk/")
    theirs, mine = town.assigned(agency=town.roads), town.assigned()
    by_one_author(theirs, mine)
    assert list(author_cards(town.executor, mine).context["cards"]) == []
    before = looks()
    for changes in ({"is_community": True}, {"is_community": False, "forgotten_at": timezone.now()}):
        Author.objects.filter(pk=main_message(mine).author_id).update(**changes)
        assert author_cards(operator, mine).status_code == 404
        assert "Житель писал раньше" not in page_at(operator, f"/incidents/{mine.pk}/")
    assert looks() == before
    card = town.assigned()
    assert "Житель писал раньше" not in page_at(town.auditor, f"/incidents/{card.pk}/")
    assert author_cards(town.auditor, card).status_code == 403
    assert similar(town.auditor, card).status_code == 200
    assert looks() == before


def published(town: Town, asked: str, answer: str) -> Incident:
    """A card about this, with this answer in the network."""
    card = town.published(text=answer)
    card.messages.update(text=asked, folded=asked)
    return card


def test_the_likest_answers_come_first_but_those_of_the_same_place_before_them(operator: Client, town: Town) -> None:
    pressure = published(town, "слабый напор на пятом этаже", "Напор восстановили, заменили насос.")
    smell = published(town, "вода пахнет хлором", "Промыли сеть, запаха больше нет.")
    page = similar(operator, town.assigned("Почему вода из крана пахнет хлоркой, хлором?"))
    assert page.context["answers"][0].incident_pk == smell.pk
    assert pressure.pk in {one.incident_pk for one in page.context["answers"]}
    assert_answers(page, 200, "Промыли сеть, запаха больше нет.", f"/incidents/{smell.pk}/")
    Incident.objects.filter(pk=smell.pk).update(place=town.city.parent)
    answers = similar(operator, town.assigned("Вода пахнет хлором, слабый запах на этаже")).context["answers"]
    assert [(one.incident_pk, one.here) for one in answers] == [(pressure.pk, True), (smell.pk, False)]


def test_what_was_not_published_stays_out_and_another_agency_has_the_text_alone(operator: Client, town: Town) -> None:
    town.submitted()
    Answer.objects.filter(incident=published(town, "нет воды", "Ваш договор проверили.")).update(direct=True)
    Incident.objects.filter(pk=published(town, "нет воды", "Яму засыпали.").pk).update(theme=town.hole)
    page = similar(operator, town.assigned("Нет воды"))
    assert page.context["answers"] == []
    assert_answers(page, 200, "На эту тему ещё не отвечали")
    answered = published(town, "нет воды", "Воду дали <b>вечером</b>.")
    page = similar(town.other, town.assigned("Нет воды", agency=town.roads))
    links = (f"/incidents/{answered.pk}/", f"№ {answered.number}")
    assert_answers(page, 200, "Воду дали &lt;b&gt;вечером&lt;/b&gt;.", hides=links)
    answers = similar(town.operator, town.card("Нет воды")).context["answers"]
    assert [one.incident_pk for one in answers] == [answered.pk]


def test_what_is_known_costs_few_queries_and_has_pages_of_its_own(operator: Client, town: Town) -> None:
    for number in range(12):
        published(town, f"нет воды {number}", f"Воду дали {number}.")
    card = town.assigned("Нет воды")
    take_in()
    # session, user, grants, card; then what each part asks for
    with at_most(4 + 4):
        operator.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    with at_most(4 + 10):
        author_cards(operator, card)
    for _ in range(MOST):
        town.assigned()
    assert len(offered(town.operator, card)) == MOST
    with at_most(10):
        part_at(operator, f"/incidents/{card.pk}/rearrangement/")
    for page in (operator.get(f"/incidents/{card.pk}/similar/"), operator.post(f"/incidents/{card.pk}/author-cards/")):
        assert_answers(page, 200, "<h1>", f'href="/incidents/{card.pk}/"')


def offered(user: User, card: Incident) -> list[int]:
    take_in()
    return [one.card.pk for one in candidates(user, card)]


def test_a_new_card_that_nobody_has_given_a_theme_is_offered_what_it_repeats(operator: Client, town: Town) -> None:
    town.card(at=timezone.now() - timedelta(days=100))
    first, second = town.assigned("Труба течёт"), town.card("Сухие краны, весь двор без воды")
    assert offered(town.operator, second) == [first.pk]
    page = page_at(operator, f"/incidents/{second.pk}/rearrangement/")
    links = (f'value="{first.number}"', f'href="/incidents/{first.pk}/"')
    assert_shows(page, *links, "скорее всего: тот же дом, та же тема, в тот же день")


def test_a_copy_comes_before_a_neighbour_and_another_street_does_not_come(town: Town) -> None:
    text = "Просим весь дом: замените трубу у третьего подъезда, вода стоит во дворе с прошлой среды"
    near, copy = town.assigned("Сыро"), town.assigned(text)
    Incident.objects.filter(pk=near.pk).update(house="")
    Incident.objects.filter(pk=town.assigned("Ничего не течёт из крана").pk).update(street="Полевая", theme=town.hole)
    assert offered(town.operator, town.assigned(text + "!")) == [copy.pk, near.pk]


def test_what_is_over_or_waits_for_another_or_lies_out_of_sight_is_not_offered(town: Town) -> None:
    hidden, asks, done, noise, follows, leads = (town.assigned() for _ in range(6))
    Incident.objects.filter(pk=done.pk).update(state=State.DONE, closed_at=timezone.now())
    Incident.objects.filter(pk=noise.pk).update(state=State.NOISE)
    Incident.objects.filter(pk=follows.pk).update(answered_with=leads)
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    watcher = User.objects.get(pk=town.operator.pk)
    assert offered(town.colleague, asks) == [leads.pk, hidden.pk]
    assert offered(watcher, asks) == [leads.pk]
    assert f'value="{hidden.number}"' not in page_at(watcher, f"/incidents/{asks.pk}/rearrangement/")
