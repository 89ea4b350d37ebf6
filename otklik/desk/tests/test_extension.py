"""«Продлить срок»: asked for with a reason, decided by somebody else, and the citizen's own clock never moves."""

from datetime import date, timedelta
from typing import cast

import pytest
from django.http import HttpResponse
from django.utils import timezone

from otklik.desk.models import Notice
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.incidents.models import Incident, State
from otklik.journal.models import Entry
from otklik.people.models import Role, User
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Deadline, Extension, Norm
from otklik.routing.tallies import tallies
from tests.make.people import agency, person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
JSON = {"Accept": "application/json", "X-Fragment": "1"}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def ask(user: User, card: Incident, until: object, reason: str = "Ждём трубу") -> HttpResponse:
    told = {"until": str(until), "reason": reason}
    return cast(HttpResponse, signed_in(user).post(f"/incidents/{card.pk}/extension/", told, headers=FRAGMENT))


def decide(user: User, asked: Extension, verdict: str, words: str = "") -> HttpResponse:
    told = {"extension": asked.pk, "verdict": verdict, "words": words}
    address = f"/incidents/{asked.incident_id}/extension-decision/"
    return cast(HttpResponse, signed_in(user).post(address, told, headers=FRAGMENT))


def clock_of(card: Incident, clock: str = Norm.Clock.FINAL_ANSWER) -> Deadline:
    return Deadline.objects.get(incident=card, clock=clock)


def asked_on(town: Town, days: int = 20) -> Extension:
    card = town.assigned()
    assert ask(town.executor, card, in_days(days)).status_code == 200
    return Extension.objects.get(incident=card)


def test_an_agency_asks_and_everybody_on_the_card_sees_it(town: Town) -> None:
    asked = asked_on(town)
    assert (asked.state, asked.until, asked.reason) == ("asked", in_days(20), "Ждём трубу")
    assert asked.asked_by == town.executor
    entry = Entry.objects.get(verb="incident.extension_asked")
    assert entry.data == {"extension": asked.pk, "until": in_days(20).isoformat(), "clock": "final_answer"}
    assert "труб" not in str(entry.data)
    page = page_at(town.operator, f"/incidents/{asked.incident_id}/")
    assert_shows(page, "Просят продлить срок до", "Ждём трубу", 'value="grant"')
    assert 'value="grant"' not in page_at(town.executor, f"/incidents/{asked.incident_id}/")


def test_whoever_leads_the_agency_hears_of_it_and_of_no_other(town: Town) -> None:
    person("roads-curator", Role.CURATOR, town.roads)
    asked = asked_on(town)
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (town.curator, "asked")
    assert (notice.incident_id, notice.by) == (asked.incident_id, town.executor)


def test_granted_only_the_last_limit_moves_and_only_to_the_end_of_that_day(town: Town) -> None:
    asked = asked_on(town)
    card = asked.incident
    first, final = clock_of(card, Norm.Clock.FIRST_ANSWER), clock_of(card)
    Deadline.objects.filter(pk=final.pk).update(missed_at=timezone.now(), warned_at=timezone.now(), due_at=None)
    assert decide(town.operator, asked, "grant", "Хорошо").status_code == 200
    moved = clock_of(card)
    assert timezone.localtime(moved.limit_at).replace(microsecond=0).isoformat()[:19] == f"{in_days(20)}T23:59:59"
    assert (moved.starts_at, moved.missed_at, moved.warned_at) == (final.starts_at, None, None)
    assert moved.due_at is not None
    assert moved.due_at < moved.limit_at
    assert clock_of(card, Norm.Clock.FIRST_ANSWER).limit_at == first.limit_at
    assert Incident.objects.get(pk=card.pk).started_at == card.started_at
    notice = Notice.objects.get(kind__in=("granted", "refused"))
    assert (notice.user, notice.kind, notice.by) == (town.executor, Notice.Kind.GRANTED, town.operator)
    assert_shows(page_at(town.executor, f"/incidents/{card.pk}/"), "Срок продлён до", "Хорошо")


def test_a_day_that_the_author_was_told_never_moves_behind_his_back(town: Town) -> None:
    card = town.assigned()
    now = timezone.now()
    Incident.objects.filter(pk=card.pk).update(state=State.POSTPONED)
    promise = Deadline.objects.create(
        incident=card, clock="promise", starts_at=now, limit_at=now + timedelta(days=2), working=False
    )
    final = clock_of(card)
    assert_answers(ask(town.executor, card, in_days(5)), 409, "Новый срок")
    page = page_at(town.executor, f"/incidents/{card.pk}/")
    assert_shows(page, f"/incidents/{card.pk}/new-day/", hides=["Продлить срок"])
    limit_at = promise.limit_at
    assert reread(promise).limit_at == limit_at
    assert clock_of(card).limit_at == final.limit_at


def test_refused_nothing_moves_and_the_reason_reaches_the_asker(town: Town) -> None:
    asked = asked_on(town)
    before = clock_of(asked.incident).limit_at
    assert decide(town.operator, asked, "refuse").status_code == 422
    assert decide(town.operator, asked, "refuse", "Труба на складе").status_code == 200
    assert (reread(asked).state, asked.words, asked.decided_by) == ("refused", "Труба на складе", town.operator)
    assert clock_of(asked.incident).limit_at == before
    assert Notice.objects.get(user=town.executor).kind == Notice.Kind.REFUSED
    assert "Труба на складе" in page_at(town.executor, f"/incidents/{asked.incident_id}/")
    assert ask(town.executor, asked.incident, in_days(21)).status_code == 200  # one may ask again


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "до какого дня"),
        ("вчера", "до какого дня"),
        ("2026-02-30", "до какого дня"),
        ("9999-99-99", "до какого дня"),
        ("0001-01-01", "уже прошёл"),
        ("9999-12-31", "90 дней"),
        (-1, "уже прошёл"),
        (91, "90 дней"),
        (0, "не позже нынешнего срока"),
    ],
)
def test_a_day_that_does_not_fit_is_refused_in_words(town: Town, until: str | int, words: str) -> None:
    """A number is so many days from today: the day may turn between the collection of the tests and this one."""
    card = town.assigned()
    Deadline.objects.filter(incident=card).update(limit_at=timezone.now() + timedelta(days=3))
    day = in_days(until) if isinstance(until, int) else until
    assert_answers(ask(town.executor, card, day), 422, words)
    assert not Extension.objects.exists()


def test_the_ninetieth_day_is_the_last(town: Town) -> None:
    assert asked_on(town, 90).until == in_days(90)


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_without_a_reason_there_is_no_ask(town: Town, reason: str) -> None:
    assert ask(town.executor, town.assigned(), in_days(9), reason).status_code == 422


def test_a_long_hostile_reason_is_cut_and_stays_text(town: Town) -> None:
    card = town.assigned()
    assert ask(town.executor, card, in_days(9), "<script>alert(1)</script>\u202e" + "ы" * 200_000).status_code == 200
    assert len(Extension.objects.get().reason) <= 2000
    assert "<script>alert" not in page_at(town.operator, f"/incidents/{card.pk}/")


def test_one_ask_at_a_time_and_one_decision(town: Town) -> None:
    asked = asked_on(town)
    assert ask(town.executor, asked.incident, in_days(30)).status_code == 409
    assert decide(town.operator, asked, "grant").status_code == 200
    assert_answers(decide(town.colleague, asked, "refuse", "Нет"), 409, "уже решили")
    assert (reread(asked).state, asked.words) == ("granted", "")


def test_what_was_asked_by_the_agency_before_lapses_with_the_card(town: Town) -> None:
    asked = asked_on(town)
    assign(asked.incident, Decision(town.roads, town.hole, town.city), town.operator, timezone.now())
    card = Incident.objects.get(pk=asked.incident_id)
    assert "Просят продлить" not in page_at(town.operator, f"/incidents/{card.pk}/")
    assert decide(town.operator, asked, "grant").status_code == 409
    assert ask(town.other, card, in_days(25)).status_code == 200
    assert sorted(Extension.objects.values_list("state", flat=True)) == ["asked", "refused"]
    assert Entry.objects.filter(verb="incident.extension_lapsed").count() == 1


def test_a_day_that_passed_before_the_decision_is_not_granted(town: Town) -> None:
    asked = asked_on(town)
    Extension.objects.filter(pk=asked.pk).update(until=in_days(-1))
    assert decide(town.operator, asked, "grant").status_code == 422
    assert reread(asked).state == "asked"


def test_an_answered_card_has_nothing_to_extend(town: Town) -> None:
    card = town.published()
    assert ask(town.executor, card, in_days(9)).status_code == 409
    asked = asked_on(town)
    Deadline.objects.filter(incident=asked.incident).update(met_at=timezone.now())
    assert decide(town.operator, asked, "grant").status_code == 409
    assert reread(asked).state == "asked"


def test_who_may_ask_and_who_may_decide(town: Town) -> None:
    pipes = agency("Трубы", "pipes", town.water)
    sibling = person("sibling", Role.EXECUTOR, pipes)
    card = town.assigned()
    for outsider in (town.other, sibling, town.stranger):
        assert ask(outsider, card, in_days(9)).status_code == 404, outsider.username
    for reader in (town.auditor, town.approver):
        assert ask(reader, card, in_days(9)).status_code == 403, reader.username
    asked = asked_on(town)
    for outsider in (town.other, sibling):
        assert decide(outsider, asked, "grant").status_code == 404
    for reader in (town.executor, town.auditor, town.approver):
        assert decide(reader, asked, "grant").status_code == 403


def test_nobody_decides_what_he_asked_for_himself(town: Town) -> None:
    curator = town.curator
    card = town.assigned()
    assert ask(curator, card, in_days(9)).status_code == 200
    asked = Extension.objects.get()
    assert decide(curator, asked, "grant").status_code == 403
    assert decide(town.operator, asked, "grant").status_code == 200
    assert Notice.objects.filter(user=curator).count() == 1


def test_the_id_of_another_cards_ask_is_not_there(town: Town) -> None:
    asked, card = asked_on(town), town.assigned()
    told = {"extension": asked.pk, "verdict": "grant"}
    address = f"/incidents/{card.pk}/extension-decision/"
    for given in (told, told | {"extension": "x"}, told | {"extension": "9" * 40}, {}):
        assert signed_in(town.operator).post(address, given, headers=FRAGMENT).status_code == 404


def test_asking_and_deciding_can_be_taken_back(town: Town) -> None:
    asked = asked_on(town)
    card = asked.incident
    before = clock_of(card)
    decide(town.operator, asked, "grant")
    assert signed_in(town.operator).post("/undo/", headers=JSON).status_code == 200
    assert (reread(asked).state, asked.decided_by, asked.decided_at) == ("asked", None, None)
    assert clock_of(card).limit_at == before.limit_at
    other = town.assigned()
    ask(town.executor, other, in_days(9))
    assert signed_in(town.executor).post("/undo/", headers=JSON).status_code == 200
    assert not Extension.objects.filter(incident=other).exists()


def test_what_was_asked_for_is_counted(town: Town) -> None:
    now = timezone.now()
    granted, refused, _open = asked_on(town), asked_on(town), asked_on(town)
    decide(town.operator, granted, "grant")
    decide(town.operator, refused, "refuse", "Нет")
    cards = Incident.objects.filter(agency=town.water)
    hour = timedelta(hours=1)
    assert tallies(cards, now - hour, now + hour) == (3, 1, 1, 1, 0, 0)
    assert tallies(cards, now + hour, now + 2 * hour).asked == 0
    assert tallies(Incident.objects.filter(agency=town.roads), now - hour, now + hour).asked == 0
