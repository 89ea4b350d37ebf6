"""Several people at one card: who is here and who writes, whose it is, tags; and the bell that tells of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.models import Presence
from otklik.desk.operator.shift import presence
from otklik.desk.tests.pages import (
    FRAGMENT,
    assert_answers,
    assert_shows,
    at_most,
    exactly,
    journal_verbs,
    page_at,
    part_at,
    press,
    take_back,
)
from otklik.incidents.models import Incident, Note, Tag
from otklik.incidents.taking import HOLD, take_up
from otklik.lib import clock
from otklik.people.models import User
from otklik.work.models import Notice
from otklik.work.notices import tell
from tests.make.people import signed_in
from tests.make.town import Town

HOSTILE = [
    *("<script>alert(1)</script>", "\u202eсправа\u2066 налево", "ноль\u200bширина"),
    *("{{ 7|add:7 }}", "a\x00b", "х" * 200_000),
]


@pytest.fixture
def card(town: Town) -> Incident:
    return town.assigned()


def table(user: User, card: Incident) -> str:
    return part_at(user, f"/incidents/{card.pk}/table/")


def test_one_sees_who_looks_and_who_writes_till_silence_a_block_or_leaving(town: Town, card: Incident) -> None:
    where = f"/incidents/{card.pk}/presence/"
    assert_answers(press(town.operator, where), 200, hides=["here-one"])
    assert_answers(press(town.executor, where, writing="1"), 200, "Орлова М. П. смотрит", hides=["Исаев"])
    assert_answers(press(town.operator, where), 200, "Исаев М. П. пишет ответ")
    assert Presence.objects.count() == 2
    assert journal_verbs(verb__contains="presence") == []
    now, isaev = timezone.now(), "Исаев М. П."

    def others(seconds: int) -> list[presence.Other]:
        return presence.others(card.pk, town.operator, now + timedelta(seconds=seconds))

    presence.come(card.pk, town.executor, True, now - timedelta(seconds=5))
    presence.come(card.pk, town.executor, False, now)
    assert others(1) == [presence.Other(isaev, True)], "a second beat without typing does not forget the typing"
    presence.come(card.pk, town.executor, True, now)
    assert others(14) == [presence.Other(isaev, True)]
    assert others(20) == [presence.Other(isaev, False)]
    assert others(46) == []
    User.objects.filter(pk=town.executor.pk).update(is_active=False)
    assert others(0) == [], "though his page stands open"
    User.objects.filter(pk=town.executor.pk).update(is_active=True)
    assert press(town.executor, f"/incidents/{card.pk}/absence/").status_code == 204
    assert others(0) == []


def test_a_card_is_taken_let_go_and_taken_from_another_on_its_own_page(town: Town) -> None:
    card = town.card()
    back = {"next": f"/incidents/{card.pk}/"}
    assert "Взять себе" in table(town.operator, card)
    assert "Взять себе" not in table(town.auditor, card)
    taking, letting_go = f"/incidents/{card.pk}/taking/", f"/incidents/{card.pk}/letting-go/"
    assert press(town.operator, taking, **back).headers["Location"] == f"/incidents/{card.pk}/"
    assert "Отпустить" in table(town.operator, card)
    assert "Забрать себе" in table(town.colleague, card)
    press(town.colleague, taking, from_another="1", **back)
    assert "Отпустить" in table(town.colleague, card)
    press(town.colleague, letting_go, **back)
    assert "Взять себе" in table(town.operator, card)
    take_up(card, town.colleague, clock.now())
    assert "Котова М. П." in table(town.operator, card)
    assert "Карточка у вас" in table(town.colleague, card)
    Incident.objects.update(taken_at=clock.now() - HOLD - timedelta(seconds=1))
    assert "Котова М. П." not in table(town.operator, card), "it has lapsed"
    Incident.objects.update(state="noise")
    assert "Взять себе" not in table(town.operator, card)


def test_up_to_twenty_tags_are_put_on_taken_off_and_undone_and_stay_text(town: Town, card: Incident) -> None:
    tags, removal = f"/incidents/{card.pk}/tags/", f"/incidents/{card.pk}/tag-removal/"
    assert press(town.executor, tags, tag="  #Двор ").status_code == 200
    assert list(card.tags.values_list("name", flat=True)) == ["Двор"]
    assert "Снять метку Двор" in table(town.operator, card)
    assert take_back(town.executor) == 200
    assert not card.tags.exists()
    press(town.operator, tags, tag="двор")
    tag = card.tags.get()
    assert Tag.objects.count() == 1
    assert_shows(table(town.auditor, card), "Двор", hides=["tag-removal"])
    for bad in ("", "x", "-1", "9" * 40, "0"):
        assert press(town.operator, removal, tag=bad).status_code == 200
    assert card.tags.count() == 1
    assert press(town.executor, removal, tag=tag.pk).status_code == 200
    assert not card.tags.exists()
    assert journal_verbs(incident=card.pk)[-4:] == ["incident.tag", "incident.undo", "incident.tag", "incident.untag"]
    address = f"/incidents/{card.pk}/tags/"
    for bad in ("", "   ", "#", "\u200b\u200b"):
        assert_answers(press(town.operator, address, tag=bad), 422, "Напишите метку")
    for text in HOSTILE:
        assert press(town.operator, address, tag=text).status_code == 200
        assert len(card.tags.latest("pk").name) <= 60
        offered = signed_in(town.operator).get("/tags/", {"q": text[:50]}).content.decode()
        assert "<script>alert" not in table(town.operator, card) + offered
    for number in range(20 - len(HOSTILE)):
        press(town.operator, address, tag=f"метка {number}")
    assert press(town.operator, address, tag="ещё одна").status_code == 422
    assert card.tags.count() == 20
    assert signed_in(town.auditor).get("/tags/", {"q": "мет"}).status_code == 403
    assert 'value="метка 0"' in part_at(town.executor, "/tags/", q="мет")


# The bell: what one is told, that looking changes nothing, and that nobody reads the lines of another.
def calls(town: Town, user: User, card: Incident, words: str = "посмотрите") -> Notice:
    note = Note.objects.create(incident=card, author=town.operator, text=words, at=clock.now())
    tell([user, town.operator], Notice.Kind.MENTION, by=town.operator, at=clock.now(), incident=card, note=note)
    return Notice.objects.latest("pk")


def unseen() -> list[Notice]:
    return list(Notice.objects.filter(seen_at=None))


def test_the_bell_counts_for_its_own_user_and_shows_the_last_fifty_at_no_cost(town: Town, card: Incident) -> None:
    for _ in range(3):
        calls(town, town.executor, card)
    assert {notice.user for notice in unseen()} == {town.executor}, "nobody is told what he did himself"
    for address in ("/agency/", "/notices/bell/"):
        assert '<span class="bell-count">3</span>' in page_at(town.executor, address)
    assert "bell-count" not in page_at(town.colleague, "/queue/")
    client = signed_in(town.stranger)
    with exactly(4):
        client.get("/")
    for number in range(60):
        calls(town, town.executor, card, f"слово-{number}.")
    client = signed_in(town.executor)
    with at_most(6):
        shown = page_at(client, "/notices/")
    assert shown.count("told-one") == 50
    assert_shows(shown, "слово-59.", hides=["слово-9."])


def test_looking_changes_nothing_and_lines_of_others_or_of_gone_cards_are_not_seen(town: Town, card: Incident) -> None:
    shown = calls(town, town.executor, card)
    assert "посмотрите" in page_at(town.executor, "/notices/")
    assert unseen() == [shown]
    later = calls(town, town.executor, card)
    client = signed_in(town.executor)
    assert press(client, "/notices/seen/", up_to=shown.pk).status_code == 204
    for bad in ("", "x", "-5", "9" * 60, "1e9"):
        assert client.post("/notices/seen/", {"up_to": bad}).status_code == 302, bad
    assert unseen() == [later]
    assert client.post("/notices/seen/", {"up_to": later.pk}).headers["Location"] == "/notices/"
    assert unseen() == []
    assert "Пока тихо" in page_at(town.stranger, "/notices/")
    notice = calls(town, town.executor, card, "секретные слова")
    for user in (town.colleague, town.admin, town.stranger):
        assert "секретные слова" not in page_at(user, "/notices/")
        press(user, "/notices/seen/", up_to=notice.pk)
    assert unseen() == [notice]
    assert Client().get("/notices/").status_code == 302
    assert Client().get("/notices/bell/", headers=FRAGMENT).status_code == 401
    assert Client().post("/notices/seen/", {"up_to": notice.pk}).status_code == 302
    Incident.objects.filter(pk=card.pk).update(agency=town.roads)
    hidden = ["секретные слова", f"/incidents/{card.pk}/"]
    assert_shows(page_at(town.executor, "/notices/"), "Карточка теперь не у вас", hides=hidden)
