"""«Обещания»: who sees which, what stands in which tab, the shares, the table, and a new day told by an answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from otklik.answers import drafts, moving, sending
from otklik.answers.models import Answer, ApprovalPolicy
from otklik.desk.promises.rows import PAGE, Chosen, promises_for, sunday
from otklik.desk.promises.shares import Line, ordered
from otklik.desk.tests.promise_data import broken, promised, publish
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.models import Grant, Role, User
from otklik.registers.models import Promise
from otklik.reports.arithmetic import Share
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def shown(client: Client, query: str = "") -> list[int]:
    return [row.promise.pk for row in client.get(f"/promises/{query}").context["rows"]]


def curator_of_roads(town: Town) -> User:
    user = User.objects.create_user("roads-curator")
    Grant.objects.create(user=user, role=Role.CURATOR, agency=town.roads)
    return user


def test_whoever_answers_for_cards_or_reads_figures_sees_the_page(town: Town) -> None:
    for user, status in ((town.operator, 200), (town.executor, 200), (town.auditor, 200), (town.approver, 403)):
        for address in ("/promises/", "/promises/table/"):
            assert signed_in(user).get(address).status_code == status, user.username
    assert signed_in(town.executor).get("/promises/due/").status_code == 200
    assert Client().get("/promises/").status_code == 302


def test_each_tab_has_its_own_and_an_agency_sees_no_other(town: Town) -> None:
    week, late, later = promised(town), broken(town), promised(town, days=40)
    client = signed_in(town.executor)
    assert (shown(client), shown(client, "?tab=overdue"), shown(client, "?tab=later")) == (
        [week.pk],
        [late.pk],
        [later.pk],
    )
    stranger = signed_in(curator_of_roads(town))
    for tab in ("week", "overdue", "later", "kept", "moved"):
        assert shown(stranger, f"?tab={tab}") == []
    page = client.get("/promises/due/").content.decode()
    assert "Обещано на этой неделе: 1" in page
    assert "просрочено: 1" in page


@pytest.mark.parametrize(
    "query",
    ["?tab=%27--", "?agency=-1", "?theme=x", "?after=1", "?after=999999999999999999.9", "?after=-1.-1", "?after=1.1"],
)
def test_a_hostile_address_line_narrows_nothing(town: Town, query: str) -> None:
    week = promised(town)
    assert shown(signed_in(town.operator), query) == [week.pk]


def test_it_is_narrowed_by_agency_and_theme(town: Town) -> None:
    week, client = promised(town), signed_in(town.operator)
    assert shown(client, f"?agency={town.water.pk}&theme={town.pipe.pk}") == [week.pk]
    assert shown(client, f"?agency={town.roads.pk}") == shown(client, f"?theme={town.hole.pk}") == []


def many(town: Town, count: int) -> None:
    """The same card's promise over and over, as no product makes it: for the size of the page alone."""
    one = promised(town)
    for number in range(count):
        answer = Answer.objects.get(pk=one.answer_id)
        answer.pk = None
        answer.due_at = None
        answer.save()
        given = {"given_at": one.given_at, "limit_at": one.limit_at + timedelta(seconds=-(number % 7))}
        Promise.objects.create(answer=answer, incident_id=one.incident_id, **given)


def test_the_pages_follow_each_other_without_a_gap_and_ask_ten_questions_at_most(town: Town) -> None:
    many(town, 2 * PAGE + 5)
    client, query, seen = signed_in(town.operator), "", []
    client.get("/promises/")
    for _page in range(3):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(f"/promises/{query}")
        assert len(asked) <= 10
        seen += [row.promise.pk for row in answer.context["rows"]]
        query = answer.context["following"]
    assert query == ""
    assert len(seen) == len(set(seen)) == 2 * PAGE + 6


def test_the_tab_of_a_week_ends_on_sunday(town: Town) -> None:
    now = clock.now()
    inside, outside = promised(town), promised(town, days=60)
    Promise.objects.filter(pk=inside.pk).update(limit_at=sunday(now))
    Promise.objects.filter(pk=outside.pk).update(limit_at=sunday(now) + timedelta(seconds=1))
    found = promises_for(town.operator, Chosen("week"), now)
    assert [one.pk for one in found] == [inside.pk]


def test_nobody_is_ranked_by_a_share_of_too_few(town: Town) -> None:
    lines = [
        Line(1, "б", Share(9, 10), 0, 0, 0, 0),
        Line(2, "а", Share(0, 9), 0, 0, 0, 0),
        Line(3, "в", Share(3, 30), 0, 0, 0, 0),
    ]
    assert [line.pk for line in ordered(lines)] == [3, 1, 2]


def test_the_share_counts_every_promise_whose_day_has_come_and_was_not_cancelled(town: Town) -> None:
    late = broken(town)
    promised(town)
    for fate_word in ("kept", "moved", "cancelled"):
        Promise.objects.filter(pk=broken(town).pk).update(fate=fate_word)
    (line,) = signed_in(town.operator).get("/promises/").context["agencies"]
    assert (line.pk, line.kept.part, line.kept.n, line.moved, line.broken) == (town.water.pk, 1, 3, 1, 1)
    assert late.incident.agency == town.water


def test_the_table_hides_who_it_is_and_no_cell_is_a_formula(town: Town) -> None:
    one = promised(town)
    Answer.objects.filter(pk=one.answer_id).update(text="=Анна Жилина, звоните 8 918 123-45-67")
    sheet = signed_in(town.executor).get("/promises/table/").content.decode()
    assert "Жилина" not in sheet
    assert "123-45-67" not in sheet
    assert ";'=" in sheet
    assert str(one.incident.number) in sheet
    assert (
        str(one.incident.number)
        not in signed_in(curator_of_roads(town)).get("/promises/table/").content.decode().split()
    )


def test_a_new_day_begins_a_draft_and_moves_nothing_until_it_is_published(town: Town) -> None:
    one, client = broken(town), signed_in(town.executor)
    day = localdate() + timedelta(days=5)
    answer = client.post(f"/promises/{one.pk}/new-day/", {"day": day.isoformat(), "reason": "Трубу везут из Ростова"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/incidents/{one.incident_id}/")
    draft = Answer.objects.latest("pk")
    assert (draft.kind, draft.state, draft.promised_on) == ("interim", "draft", day)
    assert "Трубу везут из Ростова." in draft.text
    assert moving.LEFT_TO_SAY in draft.text
    one.refresh_from_db()
    assert one.fate == ""
    page = client.post(
        f"/incidents/{one.incident_id}/submission/",
        {"text": draft.text, "kind": "interim", "promised_on": day, "version": draft.version},
    )
    assert page.status_code == 422, "what was left to say has to be said"
    draft.refresh_from_db()
    words = drafts.Words("Трубу везут. Заменим к названному дню.", "interim", promised_on=day)
    publish(
        drafts.write(draft.incident, draft.reply_to, words, town.executor, clock.now(), draft.version),
        town,
        clock.now(),
    )
    one.refresh_from_db()
    assert one.fate == "moved_late"
    assert Promise.objects.get(answer=draft).moves == 1


@pytest.mark.parametrize(
    ("day", "reason", "words"),
    [
        ("", "Трубу везут", "Выберите новый день"),
        ("2020-01-01", "Трубу везут", "уже прошёл"),
        ("завтра", "Трубу везут", "Выберите новый день"),
        ("2099-01-01", " ", "автор это прочтёт"),
    ],
)
def test_what_will_not_do_is_said_and_what_was_typed_stays(town: Town, day: str, reason: str, words: str) -> None:
    one = broken(town)
    answer = signed_in(town.executor).post(f"/promises/{one.pk}/new-day/", {"day": day, "reason": reason})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f">{reason}</textarea>" in answer.content.decode()
    assert Answer.objects.count() == 1


def test_the_way_from_the_card_leads_to_its_promise_and_back_where_there_is_none(town: Town) -> None:
    one, client = broken(town), signed_in(town.executor)
    way = client.get(f"/incidents/{one.incident_id}/new-day/")
    assert way.headers["Location"] == f"/promises/{one.pk}/new-day/"
    assert "Автору обещали до" in client.get(way.headers["Location"]).content.decode()
    none = town.assigned()
    assert client.get(f"/incidents/{none.pk}/new-day/").headers["Location"] == f"/incidents/{none.pk}/"


def test_a_draft_of_somebody_is_not_written_over(town: Town) -> None:
    one = broken(town)
    words = drafts.Words("Начал писать.", "final", "solved")
    draft = drafts.write(one.incident, main_message(one.incident), words, town.executor, clock.now())
    answer = signed_in(town.executor).post(
        f"/promises/{one.pk}/new-day/", {"day": "2099-01-01", "reason": "Трубу везут"}
    )
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.text == "Начал писать."


def test_a_new_day_is_for_whoever_may_answer_here(town: Town) -> None:
    one = broken(town)
    given = {"day": "2099-01-01", "reason": "Трубу везут"}
    for user, status in ((town.auditor, 403), (town.other, 404), (curator_of_roads(town), 404)):
        assert signed_in(user).post(f"/promises/{one.pk}/new-day/", given).status_code == status
    assert Answer.objects.count() == 1


def test_the_third_move_of_a_promise_never_leaves_without_an_approver(town: Town) -> None:
    card, now = town.assigned(), clock.now()
    ApprovalPolicy.objects.create(theme=town.pipe, person=town.executor, steps=0)
    for number in range(3):
        promised(town, card, days=number + 1)
        words = drafts.Words("Заменим трубу к 30 декабря.", "interim", promised_on=localdate(now) + timedelta(days=9))
        draft = drafts.write(Incident.objects.get(pk=card.pk), main_message(card), words, town.executor, now)
        assert moving.moves_made(draft.incident) == number
        held = sending.why_a_person(draft, draft.reply_to, [], None)
        assert held == ("moved" if number == 2 else "")
        Answer.objects.filter(pk=draft.pk).delete()
