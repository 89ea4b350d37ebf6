"""«Продлить срок»: asked for with a reason, decided by somebody else, and the citizen's own clock never moves."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, press, reread, take_back
from otklik.feedback.hear import reopen
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.routing import calendars, clocks
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline, Extension, Norm
from otklik.routing.tallies import tallies
from otklik.work.models import Notice
from tests.make.people import agency, person
from tests.make.town import Town

FINAL, FIRST = Norm.Clock.FINAL_ANSWER, Norm.Clock.FIRST_ANSWER


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def ask(user: User, card: Incident, until: object, reason: str = "Ждём трубу") -> Any:
    return press(user, f"/incidents/{card.pk}/extension/", until=until, reason=reason)


def decide(user: User, asked: Extension, verdict: str, words: str = "") -> Any:
    address = f"/incidents/{asked.incident_id}/extension-decision/"
    return press(user, address, extension=asked.pk, granted="yes" if verdict == "grant" else "no", words=words)


def clock_of(card: Incident, clock: str = FINAL) -> Deadline:
    return Deadline.objects.get(incident=card, clock=clock)


def asked_on(town: Town, days: int = 20) -> Extension:
    card = town.assigned()
    assert ask(town.executor, card, in_days(days)).status_code == 200
    return Extension.objects.get(incident=card)


def test_an_agency_asks_and_everybody_on_the_card_sees_it_till_it_lapses_with_another(town: Town) -> None:
    """Whoever leads the agency hears of it, and nobody who leads another."""
    person("roads-curator", Role.CURATOR, town.roads)
    asked = asked_on(town)
    assert (asked.state, asked.until, asked.reason) == ("asked", in_days(20), "Ждём трубу")
    assert asked.asked_by == town.executor
    entry = Entry.objects.get(verb="incident.extension_asked")
    assert entry.data == {"extension": asked.pk, "until": in_days(20).isoformat(), "clock": "final_answer"}
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (town.curator, "asked")
    assert (notice.incident_id, notice.by) == (asked.incident_id, town.executor)
    address = f"/incidents/{asked.incident_id}/"
    assert_shows(page_at(town.operator, address), "Просят продлить срок до", "Ждём трубу", 'name="granted"')
    assert 'name="granted"' not in page_at(town.executor, address)
    assign(asked.incident, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    card = Incident.objects.get(pk=asked.incident_id)
    assert "Просят продлить" not in page_at(town.operator, f"/incidents/{card.pk}/")
    assert decide(town.operator, asked, "grant").status_code == 409
    assert ask(town.other, card, in_days(25)).status_code == 200
    assert sorted(Extension.objects.values_list("state", flat=True)) == ["asked", "refused"]
    assert Entry.objects.filter(verb="incident.extension_lapsed").count() == 1


def test_refused_nothing_moves_and_granted_the_last_limit_alone_to_the_end_of_that_day(town: Town) -> None:
    asked = asked_on(town)
    before = clock_of(asked.incident).limit_at
    assert decide(town.operator, asked, "refuse").status_code == 422
    assert decide(town.operator, asked, "refuse", "Труба на складе").status_code == 200
    assert (reread(asked).state, asked.words, asked.decided_by) == ("refused", "Труба на складе", town.operator)
    assert clock_of(asked.incident).limit_at == before
    assert Notice.objects.get(user=town.executor).kind == Notice.Kind.REFUSED
    assert "Труба на складе" in page_at(town.executor, f"/incidents/{asked.incident_id}/")
    assert ask(town.executor, asked.incident, in_days(21)).status_code == 200, "one may ask again"
    assert take_back(town.executor) == 200
    assert Extension.objects.get() == asked
    asked = asked_on(town)
    card = asked.incident
    first, final = clock_of(card, FIRST), clock_of(card)
    Deadline.objects.filter(pk=final.pk).update(missed_at=timezone.now(), warned_at=timezone.now(), due_at=None)
    assert decide(town.operator, asked, "grant", "Хорошо").status_code == 200
    moved = clock_of(card)
    assert timezone.localtime(moved.limit_at).replace(microsecond=0).isoformat()[:19] == f"{in_days(20)}T23:59:59"
    assert (moved.starts_at, moved.missed_at, moved.warned_at) == (final.starts_at, None, None)
    assert moved.due_at is not None
    assert moved.due_at < moved.limit_at
    assert clock_of(card, FIRST).limit_at == first.limit_at
    assert Incident.objects.get(pk=card.pk).started_at == card.started_at
    notice = Notice.objects.get(incident=card, kind__in=("granted", "refused"))
    assert (notice.user, notice.kind, notice.by) == (town.executor, Notice.Kind.GRANTED, town.operator)
    assert_shows(page_at(town.executor, f"/incidents/{card.pk}/"), "Срок продлён до", "Хорошо")
    assert take_back(town.operator) == 200
    assert (reread(asked).state, asked.decided_by, asked.decided_at) == ("asked", None, None)
    assert clock_of(card).limit_at == final.limit_at


def test_on_a_card_opened_again_the_clock_of_the_next_answer_moves_and_nothing_takes_that_back(town: Town) -> None:
    card = reopen(town.published(), f"user:{town.operator.pk}", timezone.now())
    final = clock_of(card)
    assert ask(town.executor, card, in_days(20)).status_code == 200
    assert decide(town.operator, Extension.objects.get(), "grant").status_code == 200
    limit_at = clock_of(card, Norm.Clock.SECOND_ANSWER).limit_at
    assert timezone.localtime(limit_at).date() == in_days(20)
    clocks.start(reread(card), town.pipe)
    calendars.move_limits(0, town.admin, timezone.now())
    assert clock_of(card, Norm.Clock.SECOND_ANSWER).limit_at == limit_at
    assert clock_of(card).limit_at == final.limit_at


def test_a_day_that_the_author_was_told_never_moves_behind_his_back(town: Town) -> None:
    card, now = town.assigned(), timezone.now()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    limit_at, final = now + timedelta(days=2), clock_of(card)
    promise = Deadline.objects.create(incident=card, clock="promise", starts_at=now, limit_at=limit_at, working=False)
    assert_answers(ask(town.executor, card, in_days(5)), 409, "Новый срок")
    page = page_at(town.executor, f"/incidents/{card.pk}/")
    assert_shows(page, f"/incidents/{card.pk}/new-day/", hides=["Продлить срок"])
    assert (reread(promise).limit_at, clock_of(card).limit_at) == (limit_at, final.limit_at)


def test_a_day_that_does_not_fit_and_no_reason_are_refused_in_words(town: Town) -> None:
    card = town.assigned()
    Deadline.objects.filter(incident=card).update(limit_at=timezone.now() + timedelta(days=3))
    for until, words in (
        *((day, "до какого дня") for day in ("", "вчера", "2026-02-30", "9999-99-99")),
        *((day, "уже прошёл") for day in ("0001-01-01", in_days(-1))),
        *((day, "90 дней") for day in ("9999-12-31", in_days(91))),
        (in_days(0), "не позже нынешнего срока"),
    ):
        assert_answers(ask(town.executor, card, until), 422, words)
    for reason in ("", "   ", "\n\t"):
        assert ask(town.executor, card, in_days(9), reason).status_code == 422
    assert not Extension.objects.exists()
    assert asked_on(town, 90).until == in_days(90), "the ninetieth day is the last"
    assert ask(town.executor, card, in_days(9), "<script>alert(1)</script>\u202e" + "ы" * 200_000).status_code == 200
    assert len(Extension.objects.latest("pk").reason) <= 2000
    assert "<script>alert" not in page_at(town.operator, f"/incidents/{card.pk}/")


def test_one_ask_at_a_time_is_decided_once_by_whoever_may_and_never_by_its_asker(town: Town) -> None:
    assert ask(town.executor, town.published(), in_days(9)).status_code == 409
    asked = asked_on(town)
    Deadline.objects.filter(incident=asked.incident).update(met_at=timezone.now())
    assert decide(town.operator, asked, "grant").status_code == 409
    assert reread(asked).state == "asked"
    asked, passed = asked_on(town), asked_on(town)
    assert ask(town.executor, asked.incident, in_days(30)).status_code == 409
    assert decide(town.operator, asked, "grant").status_code == 200
    assert_answers(decide(town.colleague, asked, "refuse", "Нет"), 409, "уже решили")
    assert (reread(asked).state, asked.words) == ("granted", "")
    Extension.objects.filter(pk=passed.pk).update(until=in_days(-1))
    assert decide(town.operator, passed, "grant").status_code == 422
    assert reread(passed).state == "asked"
    asked, sibling = asked_on(town), person("sibling", Role.EXECUTOR, agency("Трубы", "pipes", town.water))
    assert ask(sibling, asked.incident, in_days(9)).status_code == 404
    for outsider in (town.other, sibling):
        assert decide(outsider, asked, "grant").status_code == 404
    for reader in (town.executor, town.auditor, town.approver):
        assert decide(reader, asked, "grant").status_code == 403
    decision, elsewhere = {"extension": asked.pk, "granted": "yes"}, f"/incidents/{town.assigned().pk}"
    for fields in (decision, decision | {"extension": "x"}, decision | {"extension": "9" * 40}, {}):
        assert press(town.operator, f"{elsewhere}/extension-decision/", **fields).status_code == 404
    card = town.assigned()
    assert ask(town.curator, card, in_days(9)).status_code == 200
    own = Extension.objects.get(incident=card)
    assert decide(town.curator, own, "grant").status_code == 403
    assert decide(town.operator, own, "grant").status_code == 200
    assert Notice.objects.filter(user=town.curator, incident=card).count() == 1


def test_what_was_asked_for_is_counted(town: Town) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    granted, refused, _open = asked_on(town), asked_on(town), asked_on(town)
    decide(town.operator, granted, "grant")
    decide(town.operator, refused, "refuse", "Нет")
    cards = Incident.objects.filter(agency=town.water)
    assert tallies(cards, now - hour, now + hour) == (3, 1, 1, 1, 0, 0)
    assert tallies(cards, now + hour, now + 2 * hour).asked == 0
    assert tallies(Incident.objects.filter(agency=town.roads), now - hour, now + hour).asked == 0
