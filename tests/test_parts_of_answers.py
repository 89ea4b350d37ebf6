from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.answers.parts import joined
from otklik.feedback.closing import everybody_answered
from otklik.feedback.models import Rating, Survey
from otklik.flow.loop import turn_once
from otklik.inbox.models import Message
from otklik.incidents.models import Outcome, State
from otklik.incidents.workflow import NotAllowed
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.networks.models import Account
from otklik.publishing.fate import published_by_hand, recall, say_again
from otklik.publishing.models import Attempt, Delivery, Epoch, Sent
from otklik.publishing.rest import cut_short
from tests.region import PREPARE, SEND, Region, approved, assigned, hear, listen, only_card, settle, solved
from tests.sandbox.town import Town
from tests.test_exactly_once import POINTS, killed, our_answers, queued, texts, wake, worker
from tests.test_gather_split import gathered, write_comments

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
LONG = "\n\n".join(f"Абзац {number}. " + "Мастер заменил лампу и проверил линию. " * 24 for number in range(1, 11))
D, H = Delivery.State, Delivery.Hold


def prepared(town: Town, region: Region) -> list[Delivery]:
    """The parts of an approved answer, by part, the first of them due."""
    queued(town, region, solved(LONG))
    return parts()


def parts() -> list[Delivery]:
    return list(Delivery.objects.order_by("part"))


def first_goes_second_refused(town: Town, region: Region, code: int = 213) -> list[Delivery]:
    prepared(town, region)
    turn_once(SEND)
    assert len(texts(town)) == 1
    town.fault("error", "wall.createComment", code=code)
    turn_once(SEND)
    return parts()


def test_a_long_answer_is_said_in_order_and_once_and_looked_up_after_a_restore(town: Town, region: Region) -> None:
    deliveries = prepared(town, region)
    assert [(one.part, one.parts, one.hold) for one in deliveries] == [(1, 3, H.UNDO), (2, 3, H.TURN), (3, 3, H.TURN)]
    assert joined([one.text for one in deliveries]).split() == LONG.split()
    settle()
    assert texts(town) == [one.text for one in deliveries]
    assert [one["parent"] for one in our_answers(town)] == [our_answers(town)[0]["parent"]] * 3
    assert only_card().state == State.RATING
    assert (Sent.objects.count(), Survey.objects.count()) == (3, 1)
    assert Survey.objects.get().sent.delivery.part == 3
    assert Message.objects.filter(own=True, incidents=only_card()).count() == 3
    verbs = list(Entry.objects.filter(subject__startswith="delivery:").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["incident.queue", "incident.spoken_part", "incident.spoken_part", "incident.answered"]
    for rows in (Survey, Sent, Attempt):
        rows._default_manager.all().delete()
    Delivery.objects.update(state=D.QUEUED, hold=H.TURN, seen=None, due_at=None)
    Delivery.objects.filter(pk=deliveries[0].pk).update(hold=H.UNDO, due_at=clock.now())
    Epoch.objects.create(began_at=clock.now(), words="restore")
    settle()
    assert {one.state for one in parts()} == {D.SENT}
    assert len(texts(town)) == 3, "every part is looked up before it is said"


@pytest.mark.crossed
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("before", [0, 1])
def test_a_killed_worker_says_each_part_once(town: Town, committed_region: Region, before: int, point: str) -> None:
    town.switch(guid="ignored")
    deliveries = prepared(town, committed_region)
    for _ in range(before):
        assert worker(town).returncode == 0
    killed(town, point)
    for _ in range(9):
        for one in Delivery.objects.filter(due_at__isnull=False):
            wake(one)
            assert worker(town).returncode == 0
    assert texts(town) == [one.text for one in deliveries]
    assert {one.state for one in parts()} == {D.SENT}
    assert Sent.objects.count() == 3
    connections.close_all()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "http_after"])
def test_a_part_of_unknown_fate_is_looked_for_before_the_next_is_said(town: Town, region: Region, fault: str) -> None:
    deliveries = prepared(town, region)
    turn_once(SEND)
    town.fault(fault, "wall.createComment")
    turn_once(SEND)
    assert parts()[2].hold == H.TURN, "its turn comes when the second is known to stand"
    for _ in range(8):
        for one in Delivery.objects.filter(due_at__isnull=False):
            wake(one)
        settle()
    assert texts(town) == [one.text for one in deliveries]


def test_a_part_is_said_in_its_turn_alone_and_meanwhile_the_author_is_not_heard(town: Town, region: Region) -> None:
    first, second, third = prepared(town, region)
    for one in (first, second, third):
        with pytest.raises(NotAllowed):
            cut_short(one, region.operator, clock.now())
    Delivery.objects.exclude(pk=third.pk).update(due_at=None)
    Delivery.objects.filter(pk=third.pk).update(due_at=clock.now(), hold=H.NONE)
    turn_once(SEND)
    assert texts(town) == [], "it is due, but not the first"
    assert not Attempt.objects.exists()
    Delivery.objects.exclude(pk=first.pk).update(due_at=None, hold=H.TURN)
    wake(first)
    turn_once(SEND)
    assert texts(town) == [first.text]
    deeds = (partial(cut_short, second), partial(published_by_hand, third, reply_link(town)), partial(say_again, third))
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed(region.operator, clock.now())
    town.comment("Спасибо, всё горит!", reply_to=our_answers(town)[0]["id"])
    Delivery.objects.filter(state=D.QUEUED).update(due_at=clock.now() + timedelta(hours=1))
    listen()
    assert not Entry.objects.filter(verb__in=["incident.author_wrote", "incident.reply_read"]).exists()
    Delivery.objects.filter(state=D.QUEUED).update(hold=H.CAPTCHA)
    town.comment("Ничего не сделали!", reply_to=our_answers(town)[0]["id"])
    listen()
    rating = Rating.objects.get()
    assert (rating.solved, rating.waits_since is None) == ("no", False), "a part is an answer, too"


def test_a_refused_first_part_brings_all_of_the_answer_back(town: Town, region: Region) -> None:
    prepared(town, region)
    town.fault("error", "wall.createComment", code=213)
    settle()
    assert [one.state for one in parts()] == [D.REFUSED, D.RECALLED, D.RECALLED]
    assert only_card().state == State.IN_WORK
    answer = Answer.objects.get()
    assert answer.remark.startswith("Сеть отказала: ")
    approved(region, only_card(), solved("Анна, фонарь горит."), again=answer)
    settle()
    assert texts(town) == ["Анна, фонарь горит."]
    assert only_card().state == State.RATING
    assert [(one.part, one.parts, one.state) for one in parts()] == [(1, 1, D.SENT)]


def test_a_refused_later_part_waits_for_a_person_who_has_the_rest_said(town: Town, region: Region) -> None:
    first, second, third = first_goes_second_refused(town, region)
    assert (first.state, second.state, second.hold, third.hold) == (D.SENT, D.QUEUED, H.PERSON, H.TURN)
    assert second.words.startswith("Сеть отказала: ")
    assert only_card().state == State.PUBLISHING
    assert not Survey.objects.exists()
    say_again(second, region.operator, clock.now())
    settle()
    assert texts(town) == [first.text, second.text, third.text]
    assert only_card().state == State.RATING


def test_a_person_may_leave_the_rest_unsaid_and_the_card_goes_on(town: Town, region: Region) -> None:
    first, second, _third = first_goes_second_refused(town, region)
    cut_short(second, region.operator, clock.now())
    settle()
    assert texts(town) == [first.text]
    assert [one.state for one in parts()] == [D.SENT, D.RECALLED, D.RECALLED]
    card = only_card()
    assert (card.state, card.outcome) == (State.RATING, Outcome.SOLVED)
    assert Survey.objects.get().sent.delivery == first
    entry = Entry.objects.get(verb="incident.cut_short")
    assert entry.actor == f"user:{region.operator.pk}"
    assert (entry.data["said"], entry.data["parts"]) == (1, 3)
    assert everybody_answered(card)
    with pytest.raises(NotAllowed):
        cut_short(second, region.operator, clock.now())


def reply_link(town: Town) -> str:
    return f"{town.sandbox.base}/vk/wall-{town.group}_{town.post}?reply=999"


def test_a_part_published_by_hand_calls_the_next(town: Town, region: Region) -> None:
    first, second, third = first_goes_second_refused(town, region, code=14)
    assert (second.state, second.hold) == (D.QUEUED, H.PERSON), "a captcha waits for a person"
    published_by_hand(second, reply_link(town), region.operator, clock.now())
    settle()
    assert texts(town) == [first.text, third.text], "the second was said by a person"
    assert only_card().state == State.RATING
    assert (Sent.objects.count(), Sent.objects.get(delivery=second).url) == (3, reply_link(town))


def test_what_nobody_can_say_through_the_network_is_published_by_hand_part_by_part(town: Town, region: Region) -> None:
    Account.objects.filter(pk=region.guest.pk).update(agency=region.other_agency)
    hear(town)
    Account.objects.filter(pk=region.own.pk).update(active=False)
    approved(region, assigned(region, only_card()), solved(LONG))
    settle()
    for one in parts():
        one.refresh_from_db()
        assert (one.hold, one.account) == (H.BY_HAND, None), "there is no voice"
        published_by_hand(one, reply_link(town), region.operator, clock.now())
    settle()
    assert only_card().state == State.RATING


def test_an_approval_is_taken_back_as_a_whole_or_not_at_all(town: Town, region: Region) -> None:
    prepared(town, region)
    recall(Answer.objects.get(), region.approver, clock.now())
    settle()
    assert texts(town) == []
    assert {one.state for one in parts()} == {D.RECALLED}
    answer = Answer.objects.get()
    drafts.approve(answer, region.approver, clock.now(), answer.version)
    turn_once(PREPARE)
    turn_once(SEND)
    with pytest.raises(NotAllowed):
        recall(answer, region.approver, clock.now())
    assert [one.state for one in parts()] == [D.SENT, D.QUEUED, D.QUEUED]
    settle()
    assert len(texts(town)) == 3


@pytest.mark.parametrize(("deleted", "verb"), [(True, "gone_part"), (False, "overtaken_part")])
def test_a_comment_changed_between_parts_holds_the_rest(town: Town, region: Region, deleted: bool, verb: str) -> None:
    prepared(town, region)
    turn_once(SEND)
    comment = next(item["id"] for item in town.thread() if not item["from_group"])
    act, more = ("delete", {}) if deleted else ("edit", {"text": "Уже горит, спасибо!"})
    town.sandbox.control(f"vk/comments/{town.wall}_{comment}/{act}", **more)
    settle()
    assert len(texts(town)) == 1
    held = parts()[1]
    assert (held.hold, only_card().state) == (H.PERSON, State.PUBLISHING)
    assert Entry.objects.filter(verb=f"incident.{verb}").exists()
    if not deleted:
        say_again(held, region.operator, clock.now())
        settle()
        assert len(texts(town)) == 3


def under(town: Town, comment: int) -> list[str]:
    return [item["text"] for item in our_answers(town) if item["parent"] == comment]


def test_each_author_of_a_gathered_card_has_all_parts_in_their_order(town: Town, region: Region) -> None:
    one, other = write_comments(town, "Темно во дворе", "У нас тоже не горит фонарь")
    answer = approved(region, gathered(region), solved(LONG))
    settle()
    part_texts = list(Delivery.objects.filter(answer=answer).order_by("part").values_list("text", flat=True))
    assert len(part_texts) == 3
    assert under(town, one) == under(town, other) == part_texts
    assert Survey.objects.count() == 2


def test_the_rest_of_a_copy_is_left_unsaid_and_moves_nothing(town: Town, region: Region) -> None:
    write_comments(town, "Темно во дворе", "У нас тоже не горит фонарь")
    card = gathered(region)
    answer = approved(region, card, solved(LONG))
    turn_once(PREPARE)
    Delivery.objects.exclude(answer=answer).filter(part=1).update(due_at=clock.now() + timedelta(hours=1))
    settle()
    (copy,) = Delivery.objects.exclude(answer=answer).filter(part=1)
    wake(copy)
    turn_once(SEND)
    town.fault("error", "wall.createComment", code=213)
    turn_once(SEND)
    card.refresh_from_db()
    assert (card.state, everybody_answered(card)) == (State.RATING, False)
    cut_short(Delivery.objects.get(answer=copy.answer, part=2), region.operator, clock.now())
    settle()
    card.refresh_from_db()
    assert (card.state, everybody_answered(card)) == (State.RATING, True)
    assert len(texts(town)) == 4
    assert Survey.objects.count() == 2


def test_a_later_answer_waits_while_an_earlier_one_to_the_same_author_is_under_way(town: Town, region: Region) -> None:
    _one, other = write_comments(town, "Темно во дворе", "У нас тоже не горит фонарь")
    card = gathered(region)
    until = clock.now().date() + timedelta(days=3)
    answer = approved(region, card, drafts.Words("Заменим в четверг.", kind=Answer.Kind.INTERIM, promised_on=until))
    turn_once(PREPARE)
    Delivery.objects.exclude(answer=answer).update(due_at=clock.now() + timedelta(hours=1))
    turn_once(SEND)
    copy = Delivery.objects.exclude(answer=answer).get()
    wake(copy)
    town.fault("drop_after", "wall.createComment")
    turn_once(SEND)
    copy.refresh_from_db()
    assert copy.state == D.UNKNOWN
    Delivery.objects.filter(pk=copy.pk).update(due_at=clock.now() + timedelta(hours=1))
    card.refresh_from_db()
    last = approved(region, card, solved("Фонарь заменили, горит."))
    settle()
    assert under(town, other) == ["Заменим в четверг."]
    held = Delivery.objects.get(answer__copy_of=last)
    assert held.hold == H.TURN
    wake(copy)
    settle()
    wake(held)
    settle()
    assert under(town, other) == ["Заменим в четверг.", "Фонарь заменили, горит."]
