"""«@» in a note: who is called, who is not, namesakes, and a note that its author takes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.desk.models import Notice
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.desk.together.colleagues import opens, seers
from otklik.desk.together.mentions import called, pieces
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Note
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.people.models import Grant, Role, User
from tests.make.people import grant, person, signed_in
from tests.make.town import Town

FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def note(user: User, card: Incident, text: str, **more: Any) -> Any:
    return signed_in(user).post(f"/incidents/{card.pk}/notes/", {"note": text, **more}, headers=FRAGMENT)


def colleague(pk: int, name: str) -> User:
    return User(pk=pk, username=f"u{pk}", last_name=name, first_name="Мария", patronymic="Петровна")


MARIA, OTHER_MARIA = colleague(1, "Иванова"), colleague(2, "Иванова")
SHORT = User(pk=3, username="u3", last_name="Иванова", first_name="Мария")
NAMELESS = User(pk=4, username="oper")
ALL = [MARIA, OTHER_MARIA, SHORT, NAMELESS]


@pytest.mark.parametrize(
    ("text", "chosen", "who"),
    [
        ("@Иванова М. П. посмотрите", {1}, [1]),
        ("@Иванова М. П. посмотрите", {2}, [2]),
        ("@Иванова М. П. посмотрите", set(), [1, 2]),  # nobody said which: both
        ("@Иванова М. П. посмотрите", {3, 99}, [1, 2]),
        ("@Иванова М. посмотрите", set(), [3]),
        ("(@Иванова М. П.), @oper", {1}, [1, 4]),
        ("почта мария@oper", set(), []),
        ("@operator", set(), []),
        ("Иванова М. П.", {1}, []),  # the name was typed away: the id alone calls nobody
        ("@@@@", set(), []),
        ("", {1}, []),
    ],
)
def test_whom_a_text_calls(text: str, chosen: set[int], who: list[int]) -> None:
    assert [user.pk for user in called(text, ALL, chosen)] == who


def test_the_pieces_of_a_text_are_the_text() -> None:
    names = {user.initials for user in ALL}
    for text in ("@Иванова М. П. и @oper!", "без зова", "", "@" * 5000, "\u202e@oper\u2066", "@oper" * 900):
        assert "".join(piece.text for piece in pieces(text, names)) == text


def test_a_call_is_marked_and_the_longer_name_wins() -> None:
    cut = pieces("к @Иванова М. П. и @Иванова М.", {MARIA.initials, SHORT.initials})
    assert [piece.text for piece in cut if piece.kind] == ["@Иванова М. П.", "@Иванова М."]


def test_those_who_see_a_card_are_found_as_the_card_is_found_for_them(town: Town) -> None:
    """The same question from both sides, for grants of every kind."""
    for number, (role, agency, place) in enumerate(
        (
            (Role.OPERATOR, None, town.city),
            (Role.OPERATOR, None, town.village),
            (Role.EXECUTOR, None, None),
            (Role.CURATOR, town.water, town.city.parent),
            (Role.HEAD, town.roads, town.village),
        )
    ):
        person(f"g{number}", role, agency, place)
    User.objects.filter(pk=town.colleague.pk).update(is_active=False)
    cards = [town.card(), town.assigned(), town.assigned(agency=town.roads)]
    for card in Incident.objects.filter(pk__in=[card.pk for card in cards]).select_related("agency", "place"):
        everybody = [User.objects.get(pk=pk) for pk in User.objects.values_list("pk", flat=True)]
        expected = {user.pk for user in everybody if visible_to(user).filter(pk=card.pk).exists()}
        assert {user.pk for user in seers(card)} == expected
        grants = Grant.objects.filter(user__is_active=True).select_related("agency", "place")
        assert {grant.user_id for grant in grants if opens(grant, card)} == expected


def test_a_call_tells_who_sees_the_card_and_nobody_else(town: Town, card: Incident) -> None:
    text = "@Исаев М. П. и @Дорогин М. П., посмотрите. @Орлова М. П."
    assert note(town.operator, card, text, called=[town.other.pk]).status_code == 200
    told = Notice.objects.get()
    assert (told.user, told.kind, told.incident, told.by) == (town.executor, "mention", card, town.operator)
    entry = Entry.objects.get(verb="incident.note")
    assert entry.data == {"note": told.note_id, "called": [town.executor.pk]}
    talk = signed_in(town.executor).get(f"/incidents/{card.pk}/talk/").content.decode()
    assert '<mark class="call">@Исаев М. П.</mark>' in talk
    assert '<mark class="call">@Дорогин' not in talk


def test_of_namesakes_the_chosen_one_is_called(town: Town, card: Incident) -> None:
    twin = User.objects.create_user("twin", first_name="Марк", patronymic="Павлович", last_name="Исаев")
    grant(twin, Role.OPERATOR)
    note(town.operator, card, "@Исаев М. П. гляньте", called=[twin.pk])
    assert [told.user for told in Notice.objects.all()] == [twin]
    note(town.operator, card, "@Исаев М. П. гляньте", called=["x", "-1", "9" * 50])
    assert Notice.objects.count() == 3


def test_whoever_left_the_service_is_not_called(town: Town) -> None:
    User.objects.filter(pk=town.executor.pk).update(is_active=False)
    note(town.operator, town.assigned(), "@Исаев М. П.", called=[town.executor.pk])
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> @Исаев М. П.", "\u202e@Исаев М. П.\u2066 \u200b", "а\x00@Исаев М. П."]
)
def test_hostile_notes_stay_text_and_still_call(town: Town, card: Incident, text: str) -> None:
    note(town.operator, card, text)
    assert Notice.objects.count() == 1
    for address in (f"/incidents/{card.pk}/talk/", "/notices/"):
        assert_answers(signed_in(town.executor).get(address), 200, "Исаев М. П.", hides=("<script>alert",))


def test_a_note_of_signs_alone_is_kept_and_calls_nobody(town: Town, card: Incident) -> None:
    assert note(town.operator, card, "@" * 200_000).status_code == 200
    assert len(Note.objects.get().text) == 5000
    assert not Notice.objects.exists()


def test_names_of_two_hundred_characters_are_called_and_shown(town: Town) -> None:
    User.objects.filter(pk=town.executor.pk).update(last_name="Ы" * 150)
    card = town.assigned()
    note(town.operator, card, f"@{'Ы' * 150} М. П. посмотрите")
    assert Notice.objects.get().user == town.executor


def test_colleagues_are_found_by_the_first_letters(town: Town, card: Incident) -> None:
    where = f"/incidents/{card.pk}/readers/"
    client = signed_in(town.operator)
    with at_most(6):
        told = client.get(where, {"q": "иса"}).content.decode()
    assert "Исаев М. П." in told
    assert "исполнитель · Водоканал" in told
    assert "Дорогин" not in client.get(where, {"q": "дор"}).content.decode()
    assert "Орлова" not in client.get(where).content.decode()  # oneself one does not call
    for odd in ("<b>", "\u200b", "х" * 10_000):
        assert client.get(where, {"q": odd}).status_code == 200
    assert signed_in(town.auditor).get(where).status_code == 403
    assert signed_in(town.other).get(where).status_code == 404


def test_ones_own_fresh_note_can_be_taken_away_with_what_it_told(town: Town, card: Incident) -> None:
    note(town.operator, card, "@Исаев М. П. ошибся")
    mine = Note.objects.get()
    where = f"/notes/{mine.pk}/removal/"
    assert "note-removal" in signed_in(town.operator).get(f"/incidents/{card.pk}/talk/").content.decode()
    assert "note-removal" not in signed_in(town.colleague).get(f"/incidents/{card.pk}/talk/").content.decode()
    for user, status in ((town.colleague, 403), (town.admin, 403), (town.other, 404), (town.stranger, 404)):
        assert signed_in(user).post(where, headers=FRAGMENT).status_code == status
    assert signed_in(town.operator).get(where).status_code == 405
    assert signed_in(town.operator).post(where, headers=FRAGMENT).status_code == 200
    assert not Note.objects.exists()
    assert not Notice.objects.exists()
    assert Entry.objects.filter(incident=card.pk).latest("pk").verb == "incident.note_removed"
    assert book.broken_at() is None
    assert signed_in(town.operator).post(where, headers=FRAGMENT).status_code == 404


def test_after_ten_minutes_a_note_stays(town: Town, card: Incident) -> None:
    note(town.operator, card, "пусть будет")
    Note.objects.update(at=timezone.now() - timedelta(minutes=11))
    answer = signed_in(town.operator).post(f"/notes/{Note.objects.get().pk}/removal/", headers=FRAGMENT)
    assert_answers(answer, 409, "прошло больше десяти минут")
    assert Note.objects.count() == 1


def test_a_hundred_notes_with_calls_cost_one_query_more(town: Town, card: Incident) -> None:
    for _ in range(30):
        note(town.operator, card, "@Исаев М. П.")
    client = signed_in(town.executor)
    with at_most(10):
        page = client.get(f"/incidents/{card.pk}/talk/").content.decode()
    assert page.count('<mark class="call">') == 30
