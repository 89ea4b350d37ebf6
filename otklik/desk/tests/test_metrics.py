"""«Показатели» and the rating: breakdowns, the table to download, the formula and who sets it, and what each measure
counts: returned drafts, repeats, promises, agreement, «решена ли проблема»."""

import csv
import io
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from otklik.answers.drafts import send_back
from otklik.answers.models import Answer
from otklik.desk.head.metrics import COLUMNS, SHARES
from otklik.desk.head.promises_by_card import kept_by_cards
from otklik.desk.head.question import BROKEN_DOWN
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at
from otklik.feedback.hear import confirm
from otklik.feedback.models import Rating
from otklik.feedback.registers.models import Promise
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import Role
from otklik.reports import score, stages
from otklik.reports.catalogue import MEASURES, STAGES
from otklik.reports.models import Formula
from otklik.reports.periods import Preset, preset
from otklik.reports.promptly import yardstick
from otklik.reports.queries import atlas, sliced
from otklik.reports.satisfaction import account
from otklik.reports.sets import Cohort
from otklik.reports.whose import Narrowing
from otklik.routing.models import Deadline
from otklik.work.undo import last_of, take_back, undoable
from tests.make import answers
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
F = Promise.Fate
PAGE, TABLE, RATING, FORMULA = "/metrics/", "/metrics/export.csv", "/rating/", "/rating/formula/"


@pytest.fixture
def busy(town: Town) -> Town:
    town.published()
    town.assigned()
    Incident.objects.update(place=town.city, theme=town.pipe)
    return town


def test_every_measure_is_defined_and_the_page_the_breakdowns_and_the_table_say_the_same(busy: Town) -> None:
    assert set(STAGES) == set(stages.STAGES)
    assert {*COLUMNS, *SHARES, *score.PARTS} <= set(MEASURES)
    assert all(str(one.meaning) for one in [*STAGES.values(), *(MEASURES[name] for name in SHARES)])
    Incident.objects.update(started_at=timezone.now() - timedelta(days=3))
    client = signed_in(busy.operator)
    page = client.get(PAGE)
    rows_by_title = {row["title"]: row for row in page.context["stages"]}
    assert page.context["count"] == 2
    assert (
        rows_by_title["Первый ответ"]["n"].text,
        rows_by_title["Назначить"]["n"].text,
        rows_by_title["Закрыть"]["median"],
    ) == ("1", "2", "—")
    for address in (f"{PAGE}?by=theme", RATING):
        with at_most(10):
            client.get(address)
    for by in BROKEN_DOWN:
        counts = [int(row["count"].text) for row in client.get(f"{PAGE}?by={by}").context["rows"]]
        assert sum(counts) == (2 if by else 0)
    text = client.get(f"{TABLE}?by=theme").content.decode("utf-8-sig")
    head, whole, theme = csv.reader(io.StringIO(text), delimiter=";")
    assert (whole[0], whole[1], theme[0], theme[1]) == ("Всего", "2", busy.pipe.name, "2")
    assert len(head) == len(whole) == len(theme)
    type(busy.pipe).objects.filter(pk=busy.pipe.pk).update(name="=HYPERLINK(1)")
    assert_answers(client.get(f"{TABLE}?by=theme"), 200, "'=HYPERLINK(1)")


def test_of_what_one_may_not_see_nothing_is_measured_and_enough_cards_alone_get_a_place(busy: Town) -> None:
    far = signed_in(person("far", Role.HEAD, busy.roads))
    assert far.get(PAGE).context["count"] == 0
    assert not any(table.places or table.others for table in far.get(RATING).context["tables"])
    agencies, towns = signed_in(busy.operator).get(RATING).context["tables"]
    (town_row,) = towns.others
    assert (town_row.place, town_row.points, town_row.count.text) == ("", "", "2")
    assert town_row.per == "0,4", "towns say how many for ten thousand"
    assert (agencies.places, len(agencies.others)) == ([], 1)
    card = busy.published()
    for number in range(28):
        card.pk, card.number = None, 1000 + number
        card.save(force_insert=True)
    Incident.objects.update(place=busy.city, theme=busy.pipe, kind="solvable", reopened=0)
    busy.assigned(agency=busy.roads)
    page = signed_in(busy.operator).get(RATING)
    agencies, _towns = page.context["tables"]
    assert [(row.name, row.place) for row in agencies.places] == [(busy.water.short_name, "1")]
    assert [(row.name, row.place, row.points) for row in agencies.others] == [(busy.roads.short_name, "", "")]
    first = agencies.places[0].cells[0]
    assert (first.of, first.between) == ("из 30", "89–100\u00a0%")
    assert_shows(
        page.content.decode(),
        "добавлены наблюдения со средним по региону",
        "добавлено 500",
        "Мало данных: вне рейтинга",
    )
    theirs = far.get(RATING).context
    assert theirs["tables"][0].shares == agencies.shares, "the region's means, whoever asks"
    assert [row.name for row in theirs["tables"][0].others] == [busy.roads.short_name]


def test_an_administrator_sets_the_formula_and_all_see_it(town: Town, admin: Client) -> None:
    for weight in ("-1", "101", "x", "", "1e3"):
        wrong = {f"weight-{name}": weight for name in score.PARTS}
        assert_answers(admin.post(FORMULA, wrong, follow=True), 200, "Ничего не изменено")
    assert not Formula.objects.exists()
    weights = {"within_day": 10, "good": 60, "not_brushed_off": 30, "not_reopened": 0, "not_returned": 0}
    fields = {f"weight-{name}": weight for name, weight in weights.items()}
    assert signed_in(town.operator).post(FORMULA, fields).status_code == 403
    for _twice in range(2):
        admin.post(FORMULA, fields)
        assert Formula.objects.get().weights == weights
    assert Entry.objects.get(verb="formula.set").data["before"] == dict(score.DEFAULT)
    assert_shows(page_at(town.auditor, RATING), "<strong>60</strong> довольны ответом", hides=["Изменить формулу"])


# What each measure counts.
def share(town: Town, title: str, query: str = "") -> str:
    """What stands beside a measure: «2 из 3»."""
    page = signed_in(town.operator).get(f"{PAGE}?period=30d{query}")
    (row,) = (one for one in page.context["shares"] if one["title"] == title)
    return "".join(piece.text for piece in row["of"])


def returned_and_taken_back(town: Town) -> Incident:
    answer = town.submitted()
    with undoable([answer.incident], "send_back", town.approver):
        send_back(Answer.objects.get(pk=answer.pk), town.approver, clock.now(), "Какого числа?")
    assert take_back(last_of(town.approver, clock.now()), town.approver, clock.now()).back
    return Incident.objects.get(pk=answer.incident_id)


def test_an_answer_that_the_approver_returned_is_counted_on_its_card_unless_that_was_taken_back(town: Town) -> None:
    undone = returned_and_taken_back(town)
    assert undone.sent_back == 0
    assert share(town, "Вернули с замечанием").startswith("0 из 1")
    answer = town.submitted()
    send_back(answer, town.approver, clock.now(), "Какого числа?")
    twice = Incident.objects.get(pk=answer.incident_id)
    assert twice.sent_back == 1
    assert share(town, "Вернули с замечанием").startswith("1 из 2")
    # What was returned before there was a count is told by the journal.
    Answer.objects.filter(pk=answer.pk).update(state=Answer.State.APPROVAL)
    Incident.objects.filter(pk=twice.pk).update(state="approval")
    send_back(Answer.objects.get(pk=answer.pk), town.approver, clock.now(), "И где?")
    Incident.objects.update(sent_back=0)
    import_module("otklik.incidents.migrations.0010_sent_back").count(apps, None)
    assert dict(Incident.objects.values_list("pk", "sent_back")) == {twice.pk: 2, undone.pk: 0}


def test_whether_it_is_solved_is_the_same_as_in_the_account(town: Town) -> None:
    for word in ("yes", "no", "partly"):
        for rating in Rating.objects.filter(incident=town.replied()):
            confirm(rating, 4, town.operator, clock.now(), word)
    period = preset(Preset.THIRTY, timezone.now(), timezone.get_current_timezone())
    summary = account(Cohort(sliced([("", "")], Narrowing(), period, atlas())[0], yardstick(timezone.now())))
    assert (summary.solved.part, summary.solved.n) == (1, 3)
    assert share(town, "Проблема решена").startswith("1 из 3")


def test_what_is_overdue_now_is_told_and_one_press_away(town: Town) -> None:
    """A card with two clocks that have run out is one; the agency's own clock makes nobody wait."""
    late, past = town.assigned(), clock.now() - timedelta(hours=1)
    for card, name in ((late, "first"), (late, "final"), (town.assigned(), "agency")):
        Deadline.objects.create(incident=card, clock=name, starts_at=past, limit_at=past)
    figure = signed_in(town.auditor).get(PAGE).context["overdue"]
    assert figure.text == "1"
    assert signed_in(town.auditor).get(figure.address).context["whole"] == 1


def test_the_last_word_to_each_question_counts_by_itself(town: Town) -> None:
    card = town.published()
    for mark, solved in ((None, "no"), (5, ""), (None, "yes"), (2, "")):
        Rating.objects.create(incident=card, mark=mark, solved=solved, at=clock.now(), origin="survey")
    assert share(town, "Проблема решена").startswith("1 из 1")
    assert share(town, "Довольны ответом").startswith("0 из 1")


def test_who_writes_again_about_the_same_is_a_repeat_whoever_looks(town: Town) -> None:
    first, second = town.assigned(), town.assigned(agency=town.roads)
    same, of_roads = "Тот же житель о том же", f"&agency={town.roads.pk}"
    message = main_message(second)
    type(message).objects.filter(pk=message.pk).update(author=main_message(first).author)
    Incident.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=29))
    assert share(town, same).startswith("1 из 2")
    assert share(town, same, of_roads).startswith("1 из 1")
    assert share(town, "Там же о том же").startswith("1 из 2")
    Incident.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=31))
    assert share(town, same, of_roads).startswith("0 из 1")


def test_a_card_keeps_its_promise_when_it_keeps_all_whose_day_has_come(town: Town) -> None:
    kept, moved, cancelled, early, gathered = (town.assigned() for _ in range(5))
    hour, year, now = timedelta(hours=1), timedelta(days=365), timezone.now()
    for card, limit, fate in (
        *((kept, hour, F.KEPT), (kept, year, F.OPEN), (moved, hour, F.MOVED), (moved, 2 * hour, F.KEPT)),
        *((cancelled, hour, F.CANCELLED), (early, year, F.OPEN), (gathered, -hour, F.BROKEN)),
    ):
        answer = answers.answer(card, by=town.executor, at=now, kind="interim")
        fields = {"given_at": now, "limit_at": card.started_at + limit, "fate": fate}
        Promise.objects.create(answer=answer, incident=card, **fields)
    assert kept_by_cards(now - timedelta(days=30), timezone.now()) == {kept.pk: True, moved.pk: False}
    assert share(town, "Сдержали обещание").startswith("1 из 2")
    (row,) = signed_in(town.operator).get(f"{PAGE}?period=30d&by=theme").context["rows"]
    assert [of for _value, of, _few in row["cells"]][-1].startswith("1 из 2")


def test_agreement_with_the_suggestion_stands_beside_the_others(town: Town) -> None:
    town.assigned()
    Incident.objects.filter(pk=town.assigned().pk).update(theme=town.hole)
    assert share(town, "Взяли первую подсказку темы").startswith("1 из 2")
    assert share(town, "Взяли одну из трёх подсказок").startswith("2 из 2")
    assert "в разбивке и в таблице его нет" in page_at(town.operator, f"{PAGE}?by=theme")
