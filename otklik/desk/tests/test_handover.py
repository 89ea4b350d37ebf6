"""«Сдать смену» and a leaver's cards: nothing moves before the taker may and says so, and nothing is lost. «Замещение»:
one's own, an administrator's people, and what the deputy then sees and does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.models import HandedOver, Handover
from otklik.desk.operator.shift import handover as verbs
from otklik.desk.operator.shift.shift import shift_of
from otklik.desk.tests.pages import assert_answers, assert_shows, journal_verbs, page_at, reread
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.incidents.taking import take_up
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.people.models import Grant, Role, Substitution, User
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline
from otklik.work.models import Notice, Undoable
from tests.make import answers
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE = "/handover/"


def card_in_hand(town: Town, user: User | None = None) -> Incident:
    return take_up(town.card(), user or town.operator, clock.now())


def offered(town: Town, *cards: Incident) -> Handover:
    held = shift_of(town.operator, clock.now(), only=[card.pk for card in cards])
    return verbs.offer(town.operator, town.colleague, held, "Позвоните Анне", clock.now())


def at(made: Handover, verb: str = "") -> str:
    return f"{PAGE}{made.pk}/{verb}"


def post(user: User, address: str, **fields: Any) -> Any:
    return signed_in(user).post(address, fields)


def holders(*cards: Incident) -> list[User | None]:
    return [Incident.objects.get(pk=card.pk).taken_by for card in cards]


def why(user: User) -> dict[int, list[str]]:
    return {held.card.pk: [str(reason.value) for reason in held.why] for held in shift_of(user, clock.now())}


def drafted_by(town: Town, user: User) -> Answer:
    card = town.assigned()
    words = drafts.Words("Готовим ответ", outcome="solved", ground="phone", ground_words="Позвонили жителю")
    return drafts.write(card, main_message(card), words, user, clock.now())


def executed_by(town: Town, user: User) -> Incident:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(executor=user)
    return card


def test_a_shift_holds_each_card_with_its_reasons_an_executors_what_he_answers_and_sees(town: Town) -> None:
    mine, draft, now = card_in_hand(town), drafted_by(town, town.operator), clock.now()
    soon, late = town.assigned(), town.assigned()
    for card, days in ((soon, 2), (late, 5)):
        Deadline.objects.create(incident=card, clock="promise", starts_at=now, limit_at=now + timedelta(days))
    stuck = town.approved()
    Delivery.objects.filter(pk=stuck.pk).update(hold=Delivery.Hold.PERSON)
    card_in_hand(town, town.colleague)
    assert why(town.operator) == {
        mine.pk: ["open"],
        draft.incident_id: ["draft"],
        soon.pk: ["promise"],
        stuck.answer.incident_id: ["undelivered"],
    }
    Delivery.objects.filter(pk=stuck.pk).update(state=Delivery.State.SENT)
    assert stuck.answer.incident_id not in why(town.operator)
    for state in ("noise", "done", "rating"):
        Incident.objects.filter(pk=mine.pk).update(state=state)
        assert mine.pk not in why(town.operator)
    card = executed_by(town, town.executor)
    draft, elsewhere = drafted_by(town, town.executor), drafted_by(town, town.executor)
    Incident.objects.filter(pk=elsewhere.incident_id).update(agency=town.roads)
    assert why(town.executor) == {card.pk: ["open"], draft.incident_id: ["draft"]}
    Incident.objects.filter(pk=draft.incident_id).update(executor=town.second_approver)
    assert why(town.executor) == {card.pk: ["open"]}  # a colleague has taken that one over


def test_nothing_moves_until_it_is_confirmed_and_then_all_of_it(town: Town) -> None:
    assert "Сдавать нечего" in page_at(town.operator, PAGE)
    cards, draft = [card_in_hand(town), card_in_hand(town)], drafted_by(town, town.operator)
    marked = [*(card.pk for card in cards), draft.incident_id]
    answer = post(town.operator, PAGE, taker=town.colleague.pk, card=marked, note="Позвоните Анне")
    made = Handover.objects.get()
    assert answer.headers["Location"] == at(made)
    assert holders(*cards) == [town.operator] * 2
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.by) == (town.colleague, "handover", town.operator)
    assert_shows(page_at(town.colleague, at(made)), "Позвоните Анне", main_message(cards[0]).text[:40], "Принять смену")
    assert "Вам сдают смену" in page_at(town.colleague, PAGE)
    assert post(town.colleague, at(made, "confirmation/")).status_code == 302
    assert holders(*cards, draft.incident) == [town.colleague] * 3
    assert (reread(draft).state, draft.changed_by) == ("draft", town.operator)
    entries = Entry.objects.filter(verb="incident.handed_over").order_by("incident")
    assert [entry.incident for entry in entries] == marked
    first_entry = entries[0]
    assert (first_entry.actor, first_entry.subject) == (f"user:{town.colleague.pk}", f"handover:{made.pk}")
    assert first_entry.data == {"from": town.operator.pk, "to": town.colleague.pk, "why": ["open"]}
    assert (why(town.operator), set(why(town.colleague))) == ({}, set(marked))
    assert whole()


def test_whoever_was_interrupted_goes_on_where_he_stopped_and_a_confirmation_is_taken_back_by_z(town: Town) -> None:
    cards = [card_in_hand(town), card_in_hand(town)]
    verbs.confirm(offered(town, *cards), town.colleague, clock.now())
    # As if the process had been killed before the second card and the last line.
    Incident.objects.filter(pk=cards[1].pk).update(taken_by=town.operator)
    Handover.objects.update(confirmed_at=None)
    again = verbs.confirm(Handover.objects.get(), town.colleague, clock.now())
    assert (again.moved, again.left) == ([cards[1].number], [])
    assert holders(*cards) == [town.colleague] * 2
    cards = [card_in_hand(town), card_in_hand(town)]
    made = offered(town, *cards)
    batch = post(town.colleague, at(made, "confirmation/")).headers["Location"].split("batch=")[1]
    assert f'data-batch="{batch}"' in page_at(town.colleague, f"{at(made)}?batch={batch}")
    back = signed_in(town.colleague).post("/undo/", {"batch": batch}, headers={"Accept": "application/json"})
    assert sorted(back.json()["cards"]) == sorted(card.pk for card in cards)
    assert holders(*cards) == [town.operator] * 2
    assert_shows(page_at(town.colleague, at(made)), "принятие отменено", "Принять смену")
    post(town.colleague, at(made, "confirmation/"))
    assert holders(*cards) == [town.colleague] * 2
    assert post(town.colleague, at(made, "confirmation/")).status_code == 409


def test_what_moved_on_meanwhile_stays_where_it_is_and_is_named(town: Town) -> None:
    gone, ended, hidden, kept = (card_in_hand(town) for _ in range(4))
    made = offered(town, gone, ended, hidden, kept)
    take_up(gone, town.admin, clock.now(), from_another=True)
    Incident.objects.filter(pk=ended.pk).update(state="done")
    Grant.objects.filter(user=town.colleague).update(place=town.city)
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)
    post(town.colleague, at(made, "confirmation/"))
    assert holders(gone, ended, hidden, kept) == [town.admin, town.operator, town.operator, town.colleague]
    left = "№\u00a0{}, №\u00a0{}, №\u00a0{}".format(*sorted(card.number for card in (gone, ended, hidden)))
    assert_shows(page_at(town.colleague, at(made)), left, "карточка вам не видна")
    # What did not move left nothing to take back.
    assert list(Undoable.objects.values_list("incident", flat=True)) == [kept.pk]


def test_a_second_press_offers_nothing_twice_and_confirms_nothing_twice(town: Town) -> None:
    card = card_in_hand(town)
    pressed = [post(town.operator, PAGE, taker=town.colleague.pk, card=[card.pk]).status_code for _ in range(2)]
    assert pressed == [302, 422]
    assert (Handover.objects.count(), Notice.objects.count()) == (1, 1)
    held = shift_of(town.operator, clock.now())
    with pytest.raises(verbs.Closed):
        verbs.offer(town.operator, town.colleague, held, "", clock.now())
    confirmation = at(Handover.objects.get(), "confirmation/")
    assert post(town.colleague, confirmation).status_code == 302
    assert_answers(post(town.colleague, confirmation), 409, "Здесь уже решили")
    assert Entry.objects.filter(verb="incident.handed_over").count() == 1


def test_the_giver_takes_it_back_while_nobody_has_confirmed(town: Town) -> None:
    card = card_in_hand(town)
    made = offered(town, card)
    assert post(town.operator, at(made, "withdrawal/")).status_code == 302
    assert not Notice.objects.exists()
    assert post(town.colleague, at(made, "confirmation/")).status_code == 409
    assert post(town.operator, at(made, "withdrawal/")).status_code == 409
    assert holders(card) == [town.operator]
    assert "отозвана" in page_at(town.colleague, at(made))
    assert journal_verbs(subject=f"handover:{made.pk}") == ["handover.offer", "handover.withdraw"]
    assert why(town.operator) == {card.pk: ["open"]}


def test_what_the_taker_does_not_see_is_said_before_it_is_sent(town: Town) -> None:
    Grant.objects.filter(user=town.colleague).update(place=town.city)
    seen, hidden, theirs = card_in_hand(town), card_in_hand(town), card_in_hand(town, town.colleague)
    Incident.objects.filter(pk=hidden.pk).update(place=town.village)

    def offer(*cards: object, **more: str) -> Any:
        return post(town.operator, PAGE, taker=town.colleague.pk, card=cards, note="мои слова", **more)

    assert_answers(offer(seen.pk, hidden.pk), 422, f"Котова М. П. не видит: №\u00a0{hidden.number}.", "мои слова")
    made_up = [theirs.pk, 999_999, "x", "-1", "9" * 60]
    assert offer(*made_up).status_code == 422
    assert not Handover.objects.exists()
    assert offer(*made_up, seen.pk, hidden.pk, without="yes").status_code == 302
    assert set(HandedOver.objects.values_list("incident", flat=True)) == {seen.pk}
    assert offer(hidden.pk, without="yes").status_code == 422
    assert Handover.objects.count() == 1


def test_a_shift_goes_to_the_same_role_and_only_the_two_of_them_find_it(town: Town) -> None:
    mate = person("mate", Role.EXECUTOR, town.water, first_name="Пётр", last_name="Напарник")
    card = executed_by(town, town.executor)
    assert_shows(page_at(town.executor, PAGE), "Напарник П.", hides=["Дорогин", "Орлова", "Соколова"])
    for bad in (town.other.pk, town.operator.pk, town.executor.pk, "x", "9" * 50, ""):
        assert post(town.executor, PAGE, taker=bad, card=[card.pk]).status_code == 422
    assert not Handover.objects.exists()
    post(town.executor, PAGE, taker=mate.pk, card=[card.pk])
    post(mate, at(Handover.objects.get(), "confirmation/"))
    assert reread(card).executor == mate
    made = offered(town, card_in_hand(town))
    for user in (town.admin, town.executor, town.other, town.stranger):
        client = signed_in(user)
        asked = (client.get(at(made)), client.post(at(made, "confirmation/")), client.post(at(made, "withdrawal/")))
        assert [answer.status_code for answer in asked] == [404, 404, 404]
    assert post(town.operator, at(made, "confirmation/")).status_code == 404
    assert post(town.colleague, at(made, "withdrawal/")).status_code == 404
    assert signed_in(town.colleague).get(at(made, "confirmation/")).status_code == 405
    assert reread(made).confirmed_at is None
    way = f'href="{PAGE}"'
    assert way in page_at(town.operator, "/queue/")
    assert way not in page_at(town.auditor, "/statistics/")


def test_hostile_words_stay_text(town: Town) -> None:
    for words in ("<script>alert(1)</script>", "\u202eназад\u2066", "а\x00б", "х" * 200_000):
        post(town.operator, PAGE, taker=town.colleague.pk, card=[card_in_hand(town).pk], note=words)
        made = Handover.objects.latest("pk")
        assert len(made.note) <= 2000
        assert "<script>alert" not in page_at(town.colleague, at(made))
        post(town.operator, at(made, "withdrawal/"))
    assert Handover.objects.count() == 4


# A leaver's cards.
def of(user: User) -> str:
    return f"/admin/people/{user.pk}/handover/"


def test_a_leaver_hands_over_what_the_colleague_may_work_with_and_takes_it_back(town: Town, admin: Client) -> None:
    leaver, colleague = town.executor, person("workmate", Role.EXECUTOR, town.water)
    assigned_card, ours, done, written = (town.executing(leaver) for _ in range(4))
    foreign = town.executing(leaver, town.roads)
    Incident.objects.filter(pk=done.pk).update(state="done")
    Incident.objects.filter(pk=written.pk).update(executor=None)
    answer = answers.answer(written, by=leaver, text="x")
    asked = page_at(admin, f"{of(leaver)}?to={colleague.pk}")
    assert_shows(asked, "открытых карточек 3, черновиков 1", "Перейдёт карточек: 3", "не видит или не может вести: 1")
    assert_answers(admin.post(of(leaver), {"to": colleague.pk}), 200, "Передано карточек: 3")
    executors = dict(Incident.objects.values_list("pk", "executor"))
    assert [executors[card.pk] for card in (assigned_card, ours, written)] == [colleague.pk] * 3
    assert [executors[card.pk] for card in (foreign, done)] == [leaver.pk] * 2
    assert (reread(answer).author, answer.state) == (leaver, Answer.State.DRAFT)
    entries = Entry.objects.filter(verb="incident.pass_on")
    assert {one.incident for one in entries} == {assigned_card.pk, ours.pk, written.pk}
    assert entries[0].data["to"] == colleague.pk
    assert whole()
    cards = [town.executing(leaver) for _ in range(3)]
    batch = admin.post(of(leaver), {"to": colleague.pk}).context["batch"]
    assert admin.post("/undo/", {"batch": batch}).status_code == 302
    assert [reread(card).executor for card in cards] == [leaver] * 3


def test_a_handover_to_nobody_or_to_a_stranger_does_nothing(town: Town) -> None:
    leaver, card, client = town.executor, town.executing(town.executor), signed_in(town.water_admin)
    for to in ("", "0", "x", str(leaver.pk), str(town.operator.pk), "9" * 40):
        assert client.post(of(leaver), {"to": to}).status_code == 422, to
    assert reread(card).executor == leaver
    assert "Передать некому" in page_at(client, of(leaver))


def test_colleagues_of_the_same_agency_are_offered_first_and_before_a_block_too(town: Town, admin: Client) -> None:
    leaver, way = town.executor, f'href="{of(town.executor)}"'
    addresses = (f"/admin/people/{leaver.pk}/blocking/", f"/admin/grants/{leaver.grants.get().pk}/removal/")
    assert not any(way in page_at(admin, address) for address in addresses)
    town.executing(leaver)
    assert all(way in page_at(admin, address) for address in addresses)
    far, near = person("aa-far", Role.EXECUTOR, town.roads), person("zz-near", Role.EXECUTOR, town.pumps)
    assert admin.get(of(leaver)).context["colleagues"] == [near, far, town.other]


# Who stands in for somebody.
def standing_in(by: User, deputy: User, /, **more: object) -> int:
    today = timezone.localdate()
    days = {"since": str(today), "until": str(today + timedelta(days=3))}
    return int(post(by, "/substitution/", **{"deputy": deputy.pk, **days, **more}).status_code)


def test_the_deputy_sees_the_cards_and_acts_for_the_absent_one_until_he_calls_it_off(town: Town) -> None:
    answer, deputy = town.submitted(), town.other
    address = f"/incidents/{answer.incident_id}/"
    for bad in ({"since": ""}, {"until": "x" * 99}, {"deputy": "-1"}, {"until": "2001-01-01"}):
        assert standing_in(town.operator, deputy, **bad) == 409, bad
    assert not Substitution.objects.exists()
    assert signed_in(deputy).get(address).status_code == 404
    assert standing_in(town.approver, deputy) == 302
    assert signed_in(deputy).get(address).status_code == 404
    assert_shows(page_at(deputy, "/notices/"), "Вас просят заместить коллегу", "/substitution/")
    taken_on = f"/substitutions/{Substitution.objects.get().pk}/agreement/"
    assert [post(user, taken_on).status_code for user in (town.approver, town.admin, deputy)] == [404, 404, 302]
    assert_shows(page_at(town.approver, "/notices/"), "Коллега согласился вас заместить")
    assert_shows(page_at(deputy, address), "Вы замещаете:", "Соколова")
    assert post(deputy, f"/answers/{answer.pk}/approval/", version=answer.version).status_code < 400
    entry = Entry.objects.get(verb="incident.approve")
    assert (entry.actor, entry.data["for"]) == (f"user:{deputy.pk}", town.approver.pk)
    assert "(за: Соколова" in page_at(deputy, f"{address}talk/")
    ending = f"/substitutions/{Substitution.objects.get().pk}/ending/"
    for user, status in ((deputy, 404), (town.colleague, 404), (town.approver, 302)):
        assert post(user, ending).status_code == status
    assert "Вы замещаете:" not in page_at(deputy, "/agency/")


def test_who_is_asked_may_refuse_and_the_absent_one_hears_of_it(town: Town) -> None:
    assert standing_in(town.approver, town.other) == 302
    assert post(town.other, f"/substitutions/{Substitution.objects.get().pk}/ending/").status_code == 302
    assert Substitution.objects.get().ended_at
    assert_shows(page_at(town.approver, "/notices/"), "Коллега отказался вас заместить")


def test_only_an_administrator_sets_it_for_another(town: Town) -> None:
    for user, status in ((town.operator, 403), (town.other, 403), (town.admin, 302)):
        assert standing_in(user, town.other, absent=town.approver.pk) == status, user.username
    assert (Substitution.objects.get().absent, bool(Substitution.objects.get().agreed_at)) == (town.approver, True)
