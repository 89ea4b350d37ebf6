"""What is known on a card: the author's earlier cards (each look is in the journal) and answers to much the same."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.desk.card.repeats import MOST, candidates
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.desk.tests.test_find import take_in
from otklik.inbox.models import Author
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Grant, User
from otklik.routing.assign import Decision, assign
from tests.make.people import signed_in
from tests.make.town import Town

FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


@pytest.fixture
def operator(town: Town) -> Client:
    return signed_in(town.operator)


def by_one_author(*cards: Incident) -> Author:
    author = main_message(cards[0]).author
    for card in cards:
        message = main_message(card)
        message.author = author
        message.save()
    return author


def looks() -> int:
    return Entry.objects.filter(verb="incident.author_seen").count()


def test_the_authors_earlier_cards_come_on_asking_and_the_look_is_noted(operator: Client, town: Town) -> None:
    first, second, third = town.assigned(), town.assigned(), town.assigned()
    author = by_one_author(first, second, third)
    page = operator.post(f"/incidents/{second.pk}/author-cards/", headers=FRAGMENT)
    assert page.status_code == 200
    assert [card.pk for card in page.context["cards"]] == [first.pk]
    assert "Нет холодной воды" in page.content.decode()
    entry = Entry.objects.get(verb="incident.author_seen")
    assert entry.data == {"author": author.pk}
    assert entry.actor == f"user:{town.operator.pk}"
    talk = operator.get(f"/incidents/{second.pk}/talk/", headers=FRAGMENT).content.decode()
    assert "Просмотрены прежние карточки автора" in talk


def test_opening_the_card_alone_shows_and_notes_nothing(operator: Client, town: Town) -> None:
    first, second = town.assigned(), town.assigned()
    by_one_author(first, second)
    assert_answers(
        operator.get(f"/incidents/{second.pk}/"), 200, "Автор писал раньше", hides=(f"/incidents/{first.pk}/",)
    )
    assert operator.get(f"/incidents/{second.pk}/author-cards/").status_code == 405
    assert looks() == 0


def test_cards_that_one_may_not_see_are_not_among_the_authors(client: Client, town: Town) -> None:
    theirs = town.assigned(agency=town.roads)
    mine = town.assigned()
    by_one_author(theirs, mine)
    client.force_login(town.executor)
    page = client.post(f"/incidents/{mine.pk}/author-cards/", headers=FRAGMENT)
    assert list(page.context["cards"]) == []


def test_strangers_and_others_get_neither(town: Town, card: Incident) -> None:
    for user, status in ((town.other, 404), (town.stranger, 404), (town.executor, 200)):
        before, client = looks(), signed_in(user)
        assert client.get(f"/incidents/{card.pk}/similar/").status_code == status, user.username
        assert client.post(f"/incidents/{card.pk}/author-cards/").status_code == status, user.username
        assert (looks() > before) == (status == 200)


def test_whoever_only_looks_is_not_shown_what_the_author_wrote_before(
    client: Client, town: Town, card: Incident
) -> None:
    client.force_login(town.auditor)
    assert "Автор писал раньше" not in client.get(f"/incidents/{card.pk}/").content.decode()
    assert client.post(f"/incidents/{card.pk}/author-cards/").status_code == 403
    assert client.get(f"/incidents/{card.pk}/similar/").status_code == 200
    assert looks() == 0


def test_a_community_and_a_forgotten_author_have_no_earlier_cards(operator: Client, card: Incident) -> None:
    for changes in ({"is_community": True}, {"is_community": False, "forgotten_at": timezone.now()}):
        Author.objects.filter(pk=main_message(card).author_id).update(**changes)
        assert operator.post(f"/incidents/{card.pk}/author-cards/").status_code == 404
        assert "Автор писал раньше" not in operator.get(f"/incidents/{card.pk}/").content.decode()
    assert looks() == 0


def published(town: Town, asked: str, answer: str) -> Incident:
    """A card about this, with this answer in the network."""
    card = town.published(text=answer)
    message = main_message(card)
    message.text = message.folded = asked.lower()
    message.save()
    return card


def test_answers_to_much_the_same_come_with_the_likest_first(operator: Client, town: Town) -> None:
    pressure = published(town, "слабый напор на пятом этаже", "Напор восстановили, заменили насос.")
    smell = published(town, "вода пахнет хлором", "Промыли сеть, запаха больше нет.")
    card = assign(
        town.card("Почему вода из крана пахнет хлоркой, хлором?"),
        Decision(town.water, town.pipe, town.city, "solvable"),
        town.operator,
        timezone.now(),
    )
    take_in()
    page = operator.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    assert page.context["answers"][0].incident_pk == smell.pk
    assert pressure.pk in {one.incident_pk for one in page.context["answers"]}
    assert "Промыли сеть, запаха больше нет." in page.content.decode()
    assert f"/incidents/{smell.pk}/" in page.content.decode()


def test_the_same_place_goes_before_the_likest_words(operator: Client, town: Town) -> None:
    near = published(town, "слабый напор", "Напор восстановили.")
    far = published(town, "вода пахнет хлором", "Промыли сеть.")
    Incident.objects.filter(pk=far.pk).update(place=town.city.parent)
    card = town.assigned("Вода пахнет хлором, слабый запах")
    take_in()
    answers = operator.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT).context["answers"]
    assert [one.incident_pk for one in answers] == [near.pk, far.pk]
    assert [one.here for one in answers] == [True, False]


def test_what_was_not_published_or_was_said_in_private_does_not_come(operator: Client, town: Town) -> None:
    waiting = town.submitted().incident
    private = published(town, "нет воды", "Ваш договор проверили.")
    Answer.objects.filter(incident=private).update(direct=True)
    other_theme = published(town, "нет воды", "Яму засыпали.")
    Incident.objects.filter(pk=other_theme.pk).update(theme=town.hole)
    card = town.assigned("Нет воды")
    take_in()
    page = operator.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    assert page.context["answers"] == []
    assert waiting.pk != card.pk
    assert "На эту тему ещё не отвечали" in page.content.decode()


def test_another_agency_reads_the_public_text_without_the_link(client: Client, town: Town) -> None:
    answered = published(town, "нет воды", "Воду дали <b>вечером</b>.")
    card = town.assigned("Нет воды", agency=town.roads)
    take_in()
    client.force_login(town.other)
    page = client.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT).content.decode()
    assert "Воду дали &lt;b&gt;вечером&lt;/b&gt;." in page
    assert f"/incidents/{answered.pk}/" not in page
    assert f"№ {answered.number}" not in page


def test_a_card_without_a_theme_goes_by_the_suggested_one(operator: Client, town: Town) -> None:
    answered = published(town, "нет воды", "Воду дали.")
    card = town.card("Нет воды")
    take_in()
    answers = operator.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT).context["answers"]
    assert [one.incident_pk for one in answers] == [answered.pk]


def test_both_parts_cost_few_queries(operator: Client, town: Town) -> None:
    for number in range(12):
        published(town, f"нет воды {number}", f"Воду дали {number}.")
    card = town.assigned("Нет воды")
    take_in()
    # session, user, grants, card; then what each part asks for
    with at_most(4 + 4):
        operator.get(f"/incidents/{card.pk}/similar/", headers=FRAGMENT)
    with at_most(4 + 10):
        operator.post(f"/incidents/{card.pk}/author-cards/", headers=FRAGMENT)


def test_without_scripts_both_are_pages_of_their_own(operator: Client, card: Incident) -> None:
    for page in (operator.get(f"/incidents/{card.pk}/similar/"), operator.post(f"/incidents/{card.pk}/author-cards/")):
        assert "<h1>" in page.content.decode()
        assert f'href="/incidents/{card.pk}/"' in page.content.decode()


def offered(user: User, card: Incident) -> list[int]:
    take_in()
    return [one.card.pk for one in candidates(user, card)]


def page_of(user: User, card: Incident) -> str:
    return assert_answers(signed_in(user).get(f"/incidents/{card.pk}/rearrangement/", headers=FRAGMENT), 200)


def test_a_new_card_that_nobody_has_given_a_theme_is_offered_what_it_repeats(town: Town) -> None:
    first, second = town.assigned("Труба течёт"), town.card("Сухие краны, весь двор без воды")
    take_in()
    page = page_of(town.operator, second)
    assert f'value="{first.number}"' in page
    assert f'href="/incidents/{first.pk}/"' in page
    assert "скорее всего: тот же дом, та же тема, в тот же день" in page


def test_a_copy_comes_before_a_neighbour_and_another_street_does_not_come(town: Town) -> None:
    text = "Просим весь дом: замените трубу у третьего подъезда, вода стоит во дворе с прошлой среды"
    near, copy = town.assigned("Сыро"), town.assigned(text)
    Incident.objects.filter(pk=near.pk).update(house="")
    apart = town.assigned("Ничего не течёт из крана")
    Incident.objects.filter(pk=apart.pk).update(street="Полевая", theme=town.hole)
    asks = town.assigned(text + "!")
    assert offered(town.operator, asks) == [copy.pk, near.pk]


def test_what_is_over_or_waits_for_another_is_not_offered(town: Town) -> None:
    asks, done, noise, follows, leads = (town.assigned() for _ in range(5))
    Incident.objects.filter(pk=done.pk).update(state=State.DONE, closed_at=timezone.now())
    Incident.objects.filter(pk=noise.pk).update(state=State.NOISE)
    Incident.objects.filter(pk=follows.pk).update(answered_with=leads)
    assert offered(town.operator, asks) == [leads.pk]


def test_only_cards_that_one_may_see_are_offered(town: Town) -> None:
    hidden, seen, asks = town.assigned(), town.assigned(), town.assigned()
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)
    Incident.objects.exclude(pk=hidden.pk).update(place=town.city)
    Grant.objects.filter(user=town.operator).update(place=town.city)
    watcher = User.objects.get(pk=town.operator.pk)
    assert offered(town.colleague, asks) == [seen.pk, hidden.pk]
    assert offered(watcher, asks) == [seen.pk]
    assert f'value="{hidden.number}"' not in page_of(watcher, asks)


def test_old_cards_are_not_offered(town: Town) -> None:
    town.card(at=timezone.now() - timedelta(days=100))
    assert offered(town.operator, town.card()) == []


def test_many_candidates_cost_no_more_queries_than_a_page_may(operator: Client, town: Town) -> None:
    for _ in range(MOST + 4):
        town.assigned()
    asks = town.assigned()
    assert len(offered(town.operator, asks)) == MOST
    with at_most(10):
        assert operator.get(f"/incidents/{asks.pk}/rearrangement/", headers=FRAGMENT).status_code == 200
