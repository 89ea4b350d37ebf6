"""«@» in a note: who is called, who is not, namesakes, and a note that its author takes back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.desk.templatetags.mentions import pieces
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at, press
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, Note
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.people.models import Grant, Role, User
from otklik.work.colleagues import opens, seers
from otklik.work.mentions import called
from otklik.work.models import Notice
from tests.make.people import person, signed_in
from tests.make.town import Town


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def note(user: User, card: Incident, text: str, **more: Any) -> int:
    status: int = press(user, f"/incidents/{card.pk}/notes/", note=text, **more).status_code
    return status


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


def test_the_pieces_of_a_text_are_the_text_and_the_longer_name_wins() -> None:
    names = {user.initials for user in ALL}
    for text in ("@Иванова М. П. и @oper!", "без зова", "", "@" * 5000, "\u202e@oper\u2066", "@oper" * 900):
        assert "".join(piece.text for piece in pieces(text, names)) == text
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


def test_a_call_tells_who_sees_the_card_and_colleagues_are_found_by_first_letters(town: Town, card: Incident) -> None:
    text = "@Исаев М. П. и @Дорогин М. П., посмотрите. @Орлова М. П."
    assert note(town.operator, card, text, called=[town.other.pk]) == 200
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.incident, notice.by) == (town.executor, "mention", card, town.operator)
    assert Entry.objects.get(verb="incident.note").data == {"note": notice.note_id, "called": [town.executor.pk]}
    talk = page_at(town.executor, f"/incidents/{card.pk}/talk/")
    assert_shows(talk, '<mark class="call">@Исаев М. П.</mark>', hides=['<mark class="call">@Дорогин'])
    where = f"/incidents/{card.pk}/readers/"
    client = signed_in(town.operator)
    with at_most(6):
        readers = page_at(client, where, q="иса")
    assert_shows(readers, "Исаев М. П.", "исполнитель · Водоканал")
    assert "Дорогин" not in page_at(client, where, q="дор")
    assert "Орлова" not in page_at(client, where)  # oneself one does not call
    for odd in ("<b>", "\u200b", "х" * 10_000):
        assert client.get(where, {"q": odd}).status_code == 200
    assert [signed_in(user).get(where).status_code for user in (town.auditor, town.other)] == [403, 404]


def test_of_namesakes_the_chosen_one_is_called_and_whoever_left_is_not(town: Town, card: Incident) -> None:
    twin = person("twin", Role.OPERATOR, first_name="Марк", patronymic="Павлович", last_name="Исаев")
    note(town.operator, card, "@Исаев М. П. гляньте", called=[twin.pk])
    assert [notice.user for notice in Notice.objects.all()] == [twin]
    note(town.operator, card, "@Исаев М. П. гляньте", called=["x", "-1", "9" * 50])
    assert Notice.objects.count() == 3
    User.objects.filter(pk__in=(twin.pk, town.executor.pk)).update(is_active=False)
    note(town.operator, card, "@Исаев М. П.", called=[town.executor.pk])
    assert Notice.objects.count() == 3


def test_hostile_notes_stay_text_and_still_call_where_a_name_stands(town: Town, card: Incident) -> None:
    name = "Исаев М. П."
    for text in (f"<script>alert(1)</script> @{name}", f"\u202e@{name}\u2066 \u200b", f"а\x00@{name}"):
        note(town.operator, card, text)
    assert Notice.objects.count() == 3
    for address in (f"/incidents/{card.pk}/talk/", "/notices/"):
        assert_shows(page_at(town.executor, address), name, hides=("<script>alert",))
    assert note(town.operator, card, "@" * 200_000) == 200
    assert len(Note.objects.latest("pk").text) == 5000
    assert Notice.objects.count() == 3
    User.objects.filter(pk=town.executor.pk).update(last_name="Ы" * 150)
    note(town.operator, card, f"@{'Ы' * 150} М. П. посмотрите")
    assert Notice.objects.filter(user=town.executor).count() == 4


def test_ones_own_fresh_note_can_be_taken_away_with_what_it_told(town: Town, card: Incident) -> None:
    note(town.operator, card, "пусть будет")
    Note.objects.update(at=timezone.now() - timedelta(minutes=11))
    old = Note.objects.get()
    assert_answers(press(town.operator, f"/notes/{old.pk}/removal/"), 409, "прошло больше десяти минут")
    note(town.operator, card, "@Исаев М. П. ошибся")
    where, talk = f"/notes/{Note.objects.latest('pk').pk}/removal/", f"/incidents/{card.pk}/talk/"
    assert page_at(town.operator, talk).count("note-removal") == 1
    assert "note-removal" not in page_at(town.colleague, talk)
    for user, status in ((town.colleague, 403), (town.admin, 403), (town.other, 404), (town.stranger, 404)):
        assert press(user, where).status_code == status
    assert signed_in(town.operator).get(where).status_code == 405
    assert press(town.operator, where).status_code == 200
    assert (Note.objects.get(), Notice.objects.count()) == (old, 0)
    assert Entry.objects.filter(incident=card.pk).latest("pk").verb == "incident.note_removed"
    assert whole()
    assert press(town.operator, where).status_code == 404


def test_a_hundred_notes_with_calls_cost_one_query_more(town: Town, card: Incident) -> None:
    for _ in range(30):
        note(town.operator, card, "@Исаев М. П.")
    client = signed_in(town.executor)
    with at_most(10):
        page = page_at(client, f"/incidents/{card.pk}/talk/")
    assert page.count('<mark class="call">') == 30
