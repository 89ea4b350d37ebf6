"""«Сдать смену» and a leaver's cards: nothing moves before the taker may and says so, and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.models import HandedOver, Handover, Notice, Undoable
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.desk.together import handover as verbs
from otklik.desk.together.shift import shift_of
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.incidents.taking import take_up
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Grant, Role, User
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def taken(town: Town, user: User | None = None) -> Incident:
    return take_up(town.card(), user or town.operator, clock.now())


def offered(town: Town, *cards: Incident) -> Handover:
    held = shift_of(town.operator, clock.now(), only=[card.pk for card in cards])
    return verbs.offer(town.operator, town.colleague, held, "Позвоните Анне", clock.now())


def post(user: User, address: str, **fields: Any) -> Any:
    return signed_in(user).post(address, fields)


def holder(card: Incident) -> User | None:
    return Incident.objects.get(pk=card.pk).taken_by


def why(user: User) -> dict[int, list[str]]:
    return {held.card.pk: [str(reason.value) for reason in held.why] for held in shift_of(user, clock.now())}


def drafted_by(town: Town, user: User) -> Answer:
    card = town.assigned()
    words = drafts.Words("Готовим ответ", outcome="solved", ground="phone", ground_words="Позвонили автору")
    return drafts.write(card, main_message(card), words, user, clock.now())


def promised(card: Incident, days: float) -> None:
    now = clock.now()
    Deadline.objects.create(incident=card, clock="promise", starts_at=now, limit_at=now + timedelta(days=days))


def test_a_shift_holds_each_card_with_its_reasons(town: Town) -> None:
    mine = taken(town)
    draft = drafted_by(town, town.operator)
    soon, late = town.assigned(), town.assigned()
    promised(soon, 2)
    promised(late, 5)
    stuck = town.approved()
    Delivery.objects.filter(pk=stuck.pk).update(hold=Delivery.Hold.PERSON)
    taken(town, town.colleague)
    assert why(town.operator) == {
        mine.pk: ["open"],
        draft.incident_id: ["draft"],
        soon.pk: ["promise"],
        stuck.answer.incident_id: ["undelivered"],
    }
    Delivery.objects.filter(pk=stuck.pk).update(state=Delivery.State.SENT)
    assert stuck.answer.incident_id not in why(town.operator)


def test_an_executors_shift_is_what_he_answers_and_sees(town: Town) -> None:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(executor=town.executor)
    draft = drafted_by(town, town.executor)
    elsewhere = drafted_by(town, town.executor)
    Incident.objects.filter(pk=elsewhere.incident_id).update(agency=town.roads)
    assert why(town.executor) == {card.pk: ["open"], draft.incident_id: ["draft"]}
    Incident.objects.filter(pk=draft.incident_id).update(executor=town.second_approver)
    assert why(town.executor) == {card.pk: ["open"]}  # a colleague has taken that one over


def test_closed_cards_are_in_no_shift(town: Town) -> None:
    card = taken(town)
    for state in ("noise", "done", "rating"):
        Incident.objects.filter(pk=card.pk).update(state=state)
        assert why(town.operator) == {}


def test_nothing_moves_until_it_is_confirmed_and_then_all_of_it(town: Town) -> None:
    cards = [taken(town), taken(town)]
    draft = drafted_by(town, town.operator)
    marked = [*(card.pk for card in cards), draft.incident_id]
    answer = post(town.operator, "/handover/", taker=town.colleague.pk, card=marked, note="Позвоните Анне")
    made = Handover.objects.get()
    assert answer.headers["Location"] == f"/handover/{made.pk}/"
    assert [holder(card) for card in cards] == [town.operator] * 2
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.by) == (town.colleague, "handover", town.operator)
    shown = page_at(town.colleague, f"/handover/{made.pk}/")
    assert_shows(shown, "Позвоните Анне", main_message(cards[0]).text[:40], "Принять смену")
    assert "Вам сдают смену" in page_at(town.colleague, "/handover/")
    done = post(town.colleague, f"/handover/{made.pk}/confirmation/")
    assert done.status_code == 302
    assert [holder(card) for card in cards] == [town.colleague] * 2
    assert (reread(draft).state, draft.changed_by) == ("draft", town.operator)
    assert Incident.objects.get(pk=draft.incident_id).taken_by == town.colleague
    entries = Entry.objects.filter(verb="incident.handed_over").order_by("incident")
    assert [entry.incident for entry in entries] == marked
    told = entries[0]
    assert (told.actor, told.subject) == (f"user:{town.colleague.pk}", f"handover:{made.pk}")
    assert told.data == {"from": town.operator.pk, "to": town.colleague.pk, "why": ["open"]}
    assert why(town.operator) == {}
    assert set(why(town.colleague)) == set(marked)
    assert book.broken_at() is None


def test_the_confirmation_is_taken_back_by_z_and_can_be_given_again(town: Town) -> None:
    cards = [taken(town), taken(town)]
    made = offered(town, *cards)
    where = f"/handover/{made.pk}/"
    batch = post(town.colleague, f"{where}confirmation/").headers["Location"].split("batch=")[1]
    assert f'data-batch="{batch}"' in page_at(town.colleague, f"{where}?batch={batch}")
    json = {"Accept": "application/json"}
    back = signed_in(town.colleague).post("/undo/", {"batch": batch}, headers=json)
    assert sorted(back.json()["cards"]) == sorted(card.pk for card in cards)
    assert [holder(card) for card in cards] == [town.operator] * 2
    assert_shows(page_at(town.colleague, where), "принятие отменено", "Принять смену")
    post(town.colleague, f"{where}confirmation/")
    assert [holder(card) for card in cards] == [town.colleague] * 2
    assert post(town.colleague, f"{where}confirmation/").status_code == 409


def test_what_moved_on_meanwhile_stays_where_it_is_and_is_named(town: Town) -> None:
    gone, ended, hidden, kept = taken(town), taken(town), taken(town), taken(town)
    made = offered(town, gone, ended, hidden, kept)
    take_up(gone, town.admin, clock.now(), from_another=True)
    Incident.objects.filter(pk=ended.pk).update(state="done")
    Grant.objects.filter(user=town.colleague).update(place=town.city)
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)
    post(town.colleague, f"/handover/{made.pk}/confirmation/")
    holders = [holder(card) for card in (gone, ended, hidden, kept)]
    assert holders == [town.admin, town.operator, town.operator, town.colleague]
    page = page_at(town.colleague, f"/handover/{made.pk}/")
    left = "№\u00a0{}, №\u00a0{}, №\u00a0{}".format(*sorted(card.number for card in (gone, ended, hidden)))
    assert_shows(page, left, "карточка вам не видна")
    # What did not move left nothing to take back.
    assert list(Undoable.objects.values_list("incident", flat=True)) == [kept.pk]


def test_whoever_was_interrupted_goes_on_where_he_stopped(town: Town) -> None:
    cards = [taken(town), taken(town)]
    made = offered(town, *cards)
    verbs.confirm(made, town.colleague, clock.now())
    # As if the process had been killed before the second card and the last line.
    Incident.objects.filter(pk=cards[1].pk).update(taken_by=town.operator)
    Handover.objects.update(confirmed_at=None)
    again = verbs.confirm(Handover.objects.get(), town.colleague, clock.now())
    assert (again.moved, again.left) == ([cards[1].number], [])
    assert [holder(card) for card in cards] == [town.colleague] * 2


def test_a_second_press_offers_nothing_twice_and_confirms_nothing_twice(town: Town) -> None:
    card = taken(town)
    for _ in range(2):
        answer = post(town.operator, "/handover/", taker=town.colleague.pk, card=[card.pk])
    assert answer.status_code == 422
    assert (Handover.objects.count(), Notice.objects.count()) == (1, 1)
    held = shift_of(town.operator, clock.now())
    with pytest.raises(verbs.Closed):
        verbs.offer(town.operator, town.colleague, held, "", clock.now())
    where = f"/handover/{Handover.objects.get().pk}/confirmation/"
    assert post(town.colleague, where).status_code == 302
    assert_answers(post(town.colleague, where), 409, "Здесь уже решили")
    assert Entry.objects.filter(verb="incident.handed_over").count() == 1


def test_the_giver_takes_it_back_while_nobody_has_confirmed(town: Town) -> None:
    card = taken(town)
    made = offered(town, card)
    assert post(town.operator, f"/handover/{made.pk}/withdrawal/").status_code == 302
    assert not Notice.objects.exists()
    assert post(town.colleague, f"/handover/{made.pk}/confirmation/").status_code == 409
    assert post(town.operator, f"/handover/{made.pk}/withdrawal/").status_code == 409
    assert holder(card) == town.operator
    assert "отозвана" in page_at(town.colleague, f"/handover/{made.pk}/")
    told = Entry.objects.filter(subject=f"handover:{made.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(told) == ["handover.offer", "handover.withdraw"]
    assert why(town.operator) == {card.pk: ["open"]}


def test_what_the_taker_does_not_see_is_said_before_it_is_sent(town: Town) -> None:
    Grant.objects.filter(user=town.colleague).update(place=town.city)
    seen, hidden = taken(town), taken(town)
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)
    fields = {"taker": town.colleague.pk, "card": [seen.pk, hidden.pk], "note": "мои слова"}
    answer = post(town.operator, "/handover/", **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert_shows(page, f"Котова М. П. не видит: №\u00a0{hidden.number}.", "мои слова")
    assert not Handover.objects.exists()
    assert post(town.operator, "/handover/", **fields, without="yes").status_code == 302
    assert set(HandedOver.objects.values_list("incident", flat=True)) == {seen.pk}
    only_hidden = post(town.operator, "/handover/", taker=town.colleague.pk, card=[hidden.pk], without="yes")
    assert only_hidden.status_code == 422
    assert Handover.objects.count() == 1


def test_a_shift_goes_to_the_same_role_and_to_nobody_who_sees_nothing(town: Town) -> None:
    mate = User.objects.create_user("mate", first_name="Пётр", last_name="Напарник")
    Grant.objects.create(user=mate, role=Role.EXECUTOR, agency=town.water)
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(executor=town.executor)
    page = page_at(town.executor, "/handover/")
    assert "Напарник П." in page
    for other in ("Дорогин", "Орлова", "Соколова"):
        assert other not in page
    for bad in (town.other.pk, town.operator.pk, town.executor.pk, "x", "9" * 50, ""):
        assert post(town.executor, "/handover/", taker=bad, card=[card.pk]).status_code == 422
    assert not Handover.objects.exists()
    post(town.executor, "/handover/", taker=mate.pk, card=[card.pk])
    post(mate, f"/handover/{Handover.objects.get().pk}/confirmation/")
    assert Incident.objects.get(pk=card.pk).executor == mate


def test_made_up_and_foreign_cards_are_not_offered(town: Town) -> None:
    theirs = taken(town, town.colleague)
    mine = taken(town)
    made_up = [theirs.pk, 999_999, "x", "-1", "9" * 60]
    assert post(town.operator, "/handover/", taker=town.colleague.pk, card=made_up).status_code == 422
    post(town.operator, "/handover/", taker=town.colleague.pk, card=[*made_up, mine.pk])
    assert set(HandedOver.objects.values_list("incident", flat=True)) == {mine.pk}


def test_only_the_two_of_them_find_a_handover(town: Town) -> None:
    made = offered(town, taken(town))
    where = f"/handover/{made.pk}/"
    for user in (town.admin, town.executor, town.other, town.stranger):
        client = signed_in(user)
        answers = (client.get(where), client.post(f"{where}confirmation/"), client.post(f"{where}withdrawal/"))
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert post(town.operator, f"{where}confirmation/").status_code == 404
    assert post(town.colleague, f"{where}withdrawal/").status_code == 404
    assert signed_in(town.colleague).get(f"{where}confirmation/").status_code == 405
    assert Handover.objects.get().confirmed_at is None


def test_the_bar_leads_those_who_work_on_cards_to_the_page(town: Town) -> None:
    assert "Сдавать нечего" in page_at(town.operator, "/handover/")
    assert 'href="/handover/"' in page_at(town.operator, "/queue/")
    assert 'href="/handover/"' not in page_at(town.auditor, "/statistics/")


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "\u202eназад\u2066", "а\x00б", "х" * 200_000])
def test_hostile_words_stay_text(town: Town, words: str) -> None:
    card = taken(town)
    post(town.operator, "/handover/", taker=town.colleague.pk, card=[card.pk], note=words)
    made = Handover.objects.get()
    assert len(made.note) <= 2000
    assert "<script>alert" not in page_at(town.colleague, f"/handover/{made.pk}/")


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
    asked = page_at(client, f"{address}?to={colleague.pk}")
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
    assert [reread(card).executor for card in cards] == [leaver] * 3


def test_a_handover_to_nobody_or_to_a_stranger_does_nothing(town: Town) -> None:
    leaver = town.executor
    card = town.executing(leaver)
    client, address = signed_in(town.water_admin), f"/admin/people/{leaver.pk}/handover/"
    for to in ("", "0", "x", str(leaver.pk), str(town.operator.pk), "9" * 40):
        assert client.post(address, {"to": to}).status_code == 422, to
    assert reread(card).executor == leaver
    assert "Передать некому" in page_at(client, address)


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
    assert not any(way in page_at(client, address) for address in addresses)
    town.executing(leaver)
    assert all(way in page_at(client, address) for address in addresses)
