"""«Передать карточки»: what a leaver has in hand goes to a colleague who may work with it, and can be taken back."""

import pytest

from otklik.answers.models import Answer
from otklik.desk.tests.pages import assert_shows, reread
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Role, User
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def draft(card: Incident, author: User) -> Answer:
    now = clock.now()
    message = main_message(card)
    return Answer.objects.create(
        incident=card, reply_to=message, author=author, text="x", created_at=now, changed_at=now
    )


def test_a_leaver_hands_over_what_the_colleague_may_work_with(town: Town) -> None:
    leaver = town.executor
    colleague = person("workmate", Role.EXECUTOR, town.water)
    given, ours = town.executing(leaver), town.executing(leaver)
    foreign = town.executing(leaver, town.roads)
    done = town.executing(leaver)
    Incident.objects.filter(pk=done.pk).update(state="done")
    written = town.executing(leaver)
    Incident.objects.filter(pk=written.pk).update(executor=None)
    answer = draft(written, leaver)
    client, address = signed_in(town.admin), f"/admin/people/{leaver.pk}/handover/"
    asked = client.get(f"{address}?to={colleague.pk}").content.decode()
    assert_shows(asked, "открытых карточек 3, черновиков 1", "Перейдёт карточек: 3", "не видит или не может вести: 1")
    told = client.post(address, {"to": colleague.pk})
    assert "Передано карточек: 3" in told.content.decode()
    executors = dict(Incident.objects.values_list("pk", "executor"))
    assert [executors[card.pk] for card in (given, ours, written)] == [colleague.pk] * 3
    assert [executors[card.pk] for card in (foreign, done)] == [leaver.pk] * 2
    assert (reread(answer).author, answer.state) == (leaver, Answer.State.DRAFT)
    entries = Entry.objects.filter(verb="incident.pass_on")
    assert {one.incident for one in entries} == {given.pk, ours.pk, written.pk}
    assert entries[0].data["to"] == colleague.pk
    assert book.broken_at() is None


def test_a_handover_can_be_taken_back(town: Town) -> None:
    leaver, colleague = town.executor, person("workmate", Role.EXECUTOR, town.water)
    cards = [town.executing(leaver) for _ in range(3)]
    client = signed_in(town.admin)
    batch = client.post(f"/admin/people/{leaver.pk}/handover/", {"to": colleague.pk}).context["batch"]
    assert client.post("/undo/", {"batch": batch}).status_code == 302
    assert set(Incident.objects.filter(pk__in=[card.pk for card in cards]).values_list("executor", flat=True)) == {
        leaver.pk
    }


def test_a_handover_to_nobody_or_to_a_stranger_does_nothing(town: Town) -> None:
    leaver = town.executor
    card = town.executing(leaver)
    client, address = signed_in(town.water_admin), f"/admin/people/{leaver.pk}/handover/"
    for to in ("", "0", "x", str(leaver.pk), str(town.operator.pk), "9" * 40):
        assert client.post(address, {"to": to}).status_code == 422, to
    assert reread(card).executor == leaver
    assert "Передать некому" in client.get(address).content.decode()


def test_colleagues_of_the_same_agency_are_offered_first(town: Town) -> None:
    leaver = town.executor
    town.executing(leaver)
    far, near = person("aa-far", Role.EXECUTOR, town.roads), person("zz-near", Role.EXECUTOR, town.pumps)
    answer = signed_in(town.admin).get(f"/admin/people/{leaver.pk}/handover/")
    assert answer.context["colleagues"] == [near, far, town.other]


def test_who_is_about_to_be_blocked_can_first_hand_over_what_he_has(town: Town) -> None:
    leaver, client = town.executor, signed_in(town.admin)
    way = f'href="/admin/people/{leaver.pk}/handover/"'
    addresses = (f"/admin/people/{leaver.pk}/blocking/", f"/admin/grants/{leaver.grants.get().pk}/removal/")
    assert not any(way in client.get(address).content.decode() for address in addresses)
    town.executing(leaver)
    assert all(way in client.get(address).content.decode() for address in addresses)
