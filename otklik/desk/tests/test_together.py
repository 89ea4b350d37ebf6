"""Several people at one card: who is here and who writes, whose it is, tags; and the bell that tells of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.models import Notice, Presence
from otklik.desk.tests.pages import assert_answers, at_most, exactly
from otklik.desk.together import presence
from otklik.desk.together.notices import tell
from otklik.incidents.models import Incident, Note, Tag
from otklik.incidents.taking import HOLD, take_up
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
HOSTILE = [
    *("<script>alert(1)</script>", "\u202eсправа\u2066 налево", "ноль\u200bширина"),
    *("{{ 7|add:7 }}", "a\x00b", "х" * 200_000),
]


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def post(user: User, address: str, **fields: Any) -> Any:
    return signed_in(user).post(address, fields, headers=FRAGMENT)


def undo(user: User) -> Any:
    return signed_in(user).post("/undo/", headers={"Accept": "application/json"})


def page_of(user: User, card: Incident) -> str:
    return assert_answers(signed_in(user).get(f"/incidents/{card.pk}/table/", headers=FRAGMENT), 200)


def test_every_address_has_the_cards_own_door(town: Town, card: Incident) -> None:
    for address in ("presence", "absence", "tags", "tag-removal"):
        where = f"/incidents/{card.pk}/{address}/"
        assert [post(user, where).status_code for user in (town.other, town.stranger)] == [404, 404], address
        assert signed_in(town.operator).get(where).status_code == 405, address
    assert post(town.operator, "/incidents/999999/presence/").status_code == 404
    assert not Presence.objects.exists()


def test_whose_it_is_and_its_tags_have_the_cards_door_and_work_without_scripts(town: Town, card: Incident) -> None:
    for user, status in ((town.other, 404), (town.stranger, 404), (town.auditor, 200), (town.executor, 200)):
        client = signed_in(user)
        with at_most(6):
            assert client.get(f"/incidents/{card.pk}/table/").status_code == status, user.username


def test_one_sees_who_else_looks_and_who_writes(town: Town, card: Incident) -> None:
    where = f"/incidents/{card.pk}/presence/"
    assert "here-one" not in post(town.operator, where).content.decode()
    told = post(town.executor, where, writing="1").content.decode()
    assert "Орлова М. П. смотрит" in told
    assert "Исаев" not in told
    told = post(town.operator, where).content.decode()
    assert "Исаев М. П. пишет ответ" in told
    assert Presence.objects.count() == 2
    assert not Entry.objects.filter(verb__contains="presence").exists()


def test_whoever_is_silent_for_long_or_has_left_is_not_here(town: Town) -> None:
    card, now = town.assigned(), timezone.now()
    presence.come(card.pk, town.executor, True, now)
    assert [other.writing for other in presence.others(card.pk, town.operator, now + timedelta(seconds=14))] == [True]
    assert [other.writing for other in presence.others(card.pk, town.operator, now + timedelta(seconds=20))] == [False]
    assert presence.others(card.pk, town.operator, now + timedelta(seconds=46)) == []
    assert post(town.executor, f"/incidents/{card.pk}/absence/").status_code == 204
    assert presence.others(card.pk, town.operator, now) == []


def test_whoever_was_blocked_is_not_here_though_his_page_stands_open(town: Town) -> None:
    card, now = town.assigned(), timezone.now()
    presence.come(card.pk, town.executor, True, now)
    User.objects.filter(pk=town.executor.pk).update(is_active=False)
    assert presence.others(card.pk, town.operator, now) == []


def test_a_second_beat_without_typing_does_not_forget_the_typing(town: Town) -> None:
    card, now = town.assigned(), timezone.now()
    presence.come(card.pk, town.executor, True, now)
    presence.come(card.pk, town.executor, False, now + timedelta(seconds=5))
    assert presence.others(card.pk, town.operator, now + timedelta(seconds=6)) == [presence.Other("Исаев М. П.", True)]


def test_the_card_says_in_whose_hands_it_is_until_that_lapses(town: Town) -> None:
    card = town.card()
    take_up(card, town.colleague, clock.now())
    assert "Котова М. П." in page_of(town.operator, card)
    assert "Карточка у вас" in page_of(town.colleague, card)
    Incident.objects.update(taken_at=clock.now() - HOLD - timedelta(seconds=1))
    assert "Котова М. П." not in page_of(town.operator, card)


def test_a_card_is_taken_let_go_and_taken_from_another_on_its_own_page(town: Town) -> None:
    card = town.card()
    back = {"next": f"/incidents/{card.pk}/"}
    assert "Взять себе" in page_of(town.operator, card)
    assert "Взять себе" not in page_of(town.auditor, card)
    taking, letting_go = f"/incidents/{card.pk}/taking/", f"/incidents/{card.pk}/letting-go/"
    assert post(town.operator, taking, **back).headers["Location"] == f"/incidents/{card.pk}/"
    assert "Отпустить" in page_of(town.operator, card)
    assert "Забрать себе" in page_of(town.colleague, card)
    post(town.colleague, taking, from_another="1", **back)
    assert "Отпустить" in page_of(town.colleague, card)
    post(town.colleague, letting_go, **back)
    assert "Взять себе" in page_of(town.operator, card)
    Incident.objects.update(state="noise")
    assert "Взять себе" not in page_of(town.operator, card)


def test_a_tag_is_put_on_shown_taken_off_and_each_is_undone(town: Town, card: Incident) -> None:
    told = post(town.executor, f"/incidents/{card.pk}/tags/", tag="  #Двор ")
    assert told.status_code == 200
    assert list(card.tags.values_list("name", flat=True)) == ["Двор"]
    assert "Снять метку Двор" in page_of(town.operator, card)
    assert undo(town.executor).status_code == 200
    assert not card.tags.exists()
    post(town.operator, f"/incidents/{card.pk}/tags/", tag="двор")
    tag = card.tags.get()
    assert Tag.objects.count() == 1
    assert post(town.executor, f"/incidents/{card.pk}/tag-removal/", tag=tag.pk).status_code == 200
    assert not card.tags.exists()
    verbs = Entry.objects.filter(incident=card.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-4:] == ["incident.tag", "incident.undo", "incident.tag", "incident.untag"]


def test_an_auditor_sees_tags_and_changes_none(town: Town, card: Incident) -> None:
    post(town.operator, f"/incidents/{card.pk}/tags/", tag="двор")
    page = page_of(town.auditor, card)
    assert "двор" in page
    assert "tag-removal" not in page
    assert post(town.auditor, f"/incidents/{card.pk}/tags/", tag="сад").status_code == 403
    assert post(town.auditor, f"/incidents/{card.pk}/tag-removal/", tag=card.tags.get().pk).status_code == 403
    assert card.tags.count() == 1


def test_an_empty_tag_is_refused_in_words(town: Town, card: Incident) -> None:
    for bad in ("", "   ", "#", "\u200b\u200b"):
        assert_answers(post(town.operator, f"/incidents/{card.pk}/tags/", tag=bad), 422, "Напишите метку")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_tags_stay_text(town: Town, card: Incident, text: str) -> None:
    assert post(town.operator, f"/incidents/{card.pk}/tags/", tag=text).status_code == 200
    assert len(card.tags.get().name) <= 60
    offered = signed_in(town.operator).get("/tags/", {"q": text[:50]}).content.decode()
    assert "<script>alert" not in page_of(town.operator, card) + offered


def test_made_up_ids_of_tags_take_nothing_off(town: Town, card: Incident) -> None:
    post(town.operator, f"/incidents/{card.pk}/tags/", tag="двор")
    for bad in ("", "x", "-1", "9" * 40, "0"):
        assert post(town.operator, f"/incidents/{card.pk}/tag-removal/", tag=bad).status_code == 200
    assert card.tags.count() == 1


def test_a_card_takes_twenty_tags(town: Town, card: Incident) -> None:
    for number in range(20):
        post(town.operator, f"/incidents/{card.pk}/tags/", tag=f"метка {number}")
    assert post(town.operator, f"/incidents/{card.pk}/tags/", tag="ещё одна").status_code == 422
    assert card.tags.count() == 20


def test_known_tags_are_offered_to_those_who_may_put_them(town: Town) -> None:
    Tag.objects.create(name="Детская площадка")
    assert signed_in(town.auditor).get("/tags/", {"q": "дет"}).status_code == 403
    assert_answers(signed_in(town.executor).get("/tags/", {"q": "дет"}), 200, 'value="Детская площадка"')


# The bell: what one is told, that looking changes nothing, and that nobody reads the lines of another.
def calls(town: Town, user: User, card: Incident, words: str = "посмотрите") -> Notice:
    note = Note.objects.create(incident=card, author=town.operator, text=words, at=clock.now())
    kind = Notice.Kind.MENTION
    tell([user, town.operator], kind, by=town.operator, at=clock.now(), incident=card, note=note)
    return Notice.objects.latest("pk")


def page(user: User, address: str = "/notices/", **more: Any) -> str:
    return signed_in(user).get(address, more).content.decode()


def test_nobody_is_told_what_he_did_himself(town: Town) -> None:
    calls(town, town.executor, town.assigned())
    assert [notice.user for notice in Notice.objects.all()] == [town.executor]


def test_the_bell_counts_on_every_page_and_for_its_own_user_only(town: Town, card: Incident) -> None:
    for _ in range(3):
        calls(town, town.executor, card)
    assert '<span class="bell-count">3</span>' in page(town.executor, "/agency/")
    assert '<span class="bell-count">3</span>' in page(town.executor, "/notices/bell/")
    assert "bell-count" not in page(town.colleague, "/queue/")


def test_the_bell_costs_the_frame_no_query(town: Town) -> None:
    calls(town, town.executor, town.assigned())
    client = signed_in(town.stranger)
    with exactly(4):
        client.get("/")


def test_looking_changes_nothing_and_what_came_later_stays_new(town: Town, card: Incident) -> None:
    shown = calls(town, town.executor, card)
    assert "посмотрите" in page(town.executor)
    assert Notice.objects.filter(seen_at=None).count() == 1
    later = calls(town, town.executor, card)
    client = signed_in(town.executor)
    assert client.post("/notices/seen/", {"up_to": shown.pk}, headers={"X-Fragment": "1"}).status_code == 204
    assert list(Notice.objects.filter(seen_at=None)) == [later]
    assert client.post("/notices/seen/", {"up_to": later.pk}).headers["Location"] == "/notices/"
    assert not Notice.objects.filter(seen_at=None).exists()


def test_made_up_ids_are_harmless(town: Town, card: Incident) -> None:
    calls(town, town.executor, card)
    for bad in ("", "x", "-5", "9" * 60, "1e9"):
        assert signed_in(town.executor).post("/notices/seen/", {"up_to": bad}).status_code == 302, bad
    assert Notice.objects.filter(seen_at=None).count() == 1


def test_nobody_sees_or_marks_the_lines_of_another(town: Town) -> None:
    told = calls(town, town.executor, town.assigned(), "секретные слова")
    for user in (town.colleague, town.admin, town.stranger):
        assert "секретные слова" not in page(user)
        signed_in(user).post("/notices/seen/", {"up_to": told.pk})
    assert Notice.objects.filter(seen_at=None).count() == 1
    assert Client().get("/notices/").status_code == 302
    assert Client().get("/notices/bell/", headers={"X-Fragment": "1"}).status_code == 401
    assert Client().post("/notices/seen/", {"up_to": told.pk}).status_code == 302


def test_of_a_card_that_went_elsewhere_nothing_is_told_any_more(town: Town, card: Incident) -> None:
    calls(town, town.executor, card, "только для своих")
    Incident.objects.filter(pk=card.pk).update(agency=town.roads)
    told = page(town.executor)
    assert "только для своих" not in told
    assert f"/incidents/{card.pk}/" not in told
    assert "Карточка теперь не у вас" in told


def test_the_last_fifty_are_shown_in_a_bounded_number_of_queries(town: Town, card: Incident) -> None:
    for number in range(60):
        calls(town, town.executor, card, f"слово-{number}.")
    client = signed_in(town.executor)
    with at_most(6):
        shown = client.get("/notices/").content.decode()
    assert shown.count("told-one") == 50
    assert "слово-59." in shown
    assert "слово-9." not in shown


def test_an_empty_page_says_what_will_be_here(town: Town) -> None:
    assert "Пока тихо" in page(town.stranger)
