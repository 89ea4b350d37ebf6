import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.api.tests.program import Program
from otklik.incidents.models import Incident
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.journal.models import Look
from otklik.lib import clock
from otklik.publishing.restored import begin_epoch, current_epoch
from tests.make.town import Town


def touch(card: Incident) -> None:
    with book.turn():
        record(card, "suggest", at=clock.now(), actor="machine:routing")


def test_a_card_is_told_in_full_and_nothing_that_the_scopes_do_not_open(town: Town) -> None:
    card, program = town.assigned(), Program(town.operator)
    body = program.get(f"/cards/{card.pk}").json()
    card.refresh_from_db()
    assert (body["number"], body["state"], body["version"]) == (card.number, "assigned", card.revision)
    assert body["theme"] == {"id": town.pipe.pk, "name": town.pipe.name}
    assert body["agency"]["id"] == town.water.pk
    assert body["messages"][0]["text"].startswith("Третий день нет воды")
    assert body["messages"][0]["author"]["name"].startswith("Анна")
    assert {one["clock"] for one in body["deadlines"]} >= {"first_answer", "final_answer"}
    assert body["answer_until"] == min(one["limit_at"] for one in body["deadlines"])
    answered = town.published()
    body = program.get(f"/cards/{answered.pk}").json()
    assert (body["state"], body["outcome"]) == ("rating", "solved")
    (answer,) = body["answers"]
    assert answer["state"] == "approved"
    assert answer["published"][0].startswith("https://vk.com/wall-1_1?reply=9"), "its address in the network"
    assert body["ratings"] == {"count": 0, "mean": None, "solved": {}}
    body = Program(town.operator, "cards:read").get(f"/cards/{answered.pk}").json()
    assert (body["messages"], body["answers"]) == (None, None)


def test_every_card_comes_once_and_again_when_it_changes(town: Town, program: Program) -> None:
    cards = [town.card() for _ in range(7)]
    page = program.get("/cards", {"limit": 3}).json()
    touch(cards[0])  # has been read: comes again, further behind
    touch(cards[5])  # has not been read
    ids = [one["id"] for one in page["items"]]
    while page["more"]:
        page = program.get("/cards", {"limit": 3, "cursor": page["cursor"]}).json()
        ids += [one["id"] for one in page["items"]]
    cursor = page["cursor"]
    assert set(ids) == {card.pk for card in cards}
    assert ids.count(cards[0].pk) == 2
    assert program.get("/cards", {"cursor": cursor}).json()["items"] == []
    touch(cards[3])
    fresh = town.card()
    later = program.get("/cards", {"cursor": cursor}).json()
    assert [one["id"] for one in later["items"]] == [cards[3].pk, fresh.pk]


def test_what_hangs_on_cards_comes_piece_by_piece_whatever_the_size(town: Town, program: Program) -> None:
    answers = [town.submitted() for _ in range(5)]
    for path in ("/messages", "/answers"):
        whole = program.everything(path, limit=100)
        assert {one["card"] for one in whole} == {answer.incident_id for answer in answers}
        for limit in (1, 2, 3):
            assert program.everything(path, limit=limit) == whole
        cursor = program.get(path, {"limit": 100}).json()["cursor"]
        assert program.get(path, {"cursor": cursor}).json()["items"] == []
        touch(answers[2].incident)
        again = program.get(path, {"cursor": cursor}).json()["items"]
        assert {one["card"] for one in again} == {answers[2].incident_id}


def test_the_filters_narrow(town: Town, program: Program) -> None:
    new, assigned_card = town.card(), town.assigned()
    other = town.assigned(agency=town.roads)

    def card_ids(**asked: object) -> set[int]:
        return {one["id"] for one in program.get("/cards", asked).json()["items"]}

    assert card_ids(state="new") == {new.pk}
    assert card_ids(agency=town.water.pk) == {assigned_card.pk}
    assert card_ids(agency=town.roads.pk, state="assigned") == {other.pk}
    assert card_ids(theme=town.pipe.pk, place=town.city.pk, network="vk") == {new.pk, assigned_card.pk, other.pk}
    assert card_ids(network="ok") == card_ids(agency=10**9) == card_ids(place=10**9) == set()
    assert card_ids(changed_since="2100-01-01T00:00:00+00:00") == set()
    assert card_ids(changed_since="2020-01-01T00:00:00+00:00") == {new.pk, assigned_card.pk, other.pk}


def test_nobody_reads_what_the_owner_does_not_see(town: Town) -> None:
    answer = town.submitted()
    mine, strange = Program(town.executor), Program(town.stranger)
    message = answer.reply_to_id
    for path in (f"/cards/{answer.incident_id}", f"/messages/{message}", f"/answers/{answer.pk}"):
        assert mine.get(path).status_code == 200
        refused = strange.get(path)
        assert refused.status_code == 404
        assert refused.json()["detail"] == strange.get("/cards/999999").json()["detail"]
    for path in ("/cards", "/messages", "/answers"):
        assert strange.get(path).json()["items"] == []
        assert mine.get(path).json()["items"] != []


def test_every_look_is_written_down(town: Town, program: Program) -> None:
    one, two = town.card(), town.card()
    program.get("/cards", {"limit": 1})
    assert set(Look.objects.values_list("user", "incident")) == {(town.operator.pk, one.pk)}
    program.get(f"/cards/{two.pk}")
    assert set(Look.objects.values_list("incident", flat=True)) == {one.pk, two.pk}
    Program(town.stranger).get(f"/cards/{two.pk}")
    assert not Look.objects.filter(user=town.stranger.pk).exists()


def test_a_list_asks_at_most_ten_questions_whatever_its_length(town: Town, program: Program) -> None:
    for _ in range(12):
        town.submitted()
    for path in ("/cards", "/messages", "/answers"):
        with CaptureQueriesContext(connection) as asked:
            items = program.get(path, {"limit": 100, "changed_since": "2020-01-01T00:00:00Z"}).json()["items"]
        assert len(items) >= 12
        queries = [query["sql"] for query in asked.captured_queries if not re.match("SAVEPOINT|RELEASE", query["sql"])]
        assert len(queries) <= 10, queries
        assert not any(re.search(r"OFFSET \d+$", sql) for sql in queries)


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="in a small table it takes any index")
def test_a_list_goes_on_where_its_reader_is_and_reads_nothing_before(town: Town, program: Program) -> None:
    for state, index in (
        ("", "incident_revision (revision>?"),
        ("done", "incident_state_revision (state=? AND revision>?"),
    ):
        asked = {"state": state} if state else {}
        with CaptureQueriesContext(connection) as asking:
            program.get("/cards", {**asked, "cursor": program.get("/cards", asked).json()["cursor"]})
        sql = [one["sql"] for one in asking if '"revision" ASC' in one["sql"]][-1]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert index in str(cursor.fetchall())


def test_a_moment_is_known_by_whatever_clock_and_nonsense_is_refused(town: Town, program: Program) -> None:
    town.card()
    moments = {"0481-09-12T08:41:50.5-17:00": 1, "2020-01-01T00:00:00+20:00": 1, "2020-01-01T00:00:00": 1}
    moments["9999-12-31T00:00:00Z"] = 0
    for since, count in moments.items():
        assert len(program.get("/cards", {"changed_since": since}).json()["items"]) == count, since
    wrong: dict[str, tuple[object, ...]] = {
        "limit": (0, 101, "много"),
        "state": ("lost",),
        "stat": ("new",),
        "theme": (2**63,),
        "changed_since": ("вчера", "9999-12-31T23:59:59-17:00", "0001-01-01T00:00:00+17:00"),
    }
    for name, values in wrong.items():
        assert [program.get("/cards", {name: value}).status_code for value in values] == [422] * len(values), name


class TestACursor:
    def test_is_ours_alone_and_belongs_to_its_list_and_filter(self, town: Town, program: Program) -> None:
        town.card()
        cursor = program.get("/cards").json()["cursor"]
        for forged in (cursor[:-2], "x" + cursor, "", ".", "Ж", cursor + "\ud800", "0"):
            expected = 200 if forged == "" else 400
            assert program.get("/cards", {"cursor": forged.encode("utf-8", "replace")}).status_code == expected
        cursor = program.get("/cards", {"state": "new"}).json()["cursor"]
        assert program.get("/cards", {"state": "new", "limit": 1, "cursor": cursor}).status_code == 200
        assert program.get("/cards", {"cursor": cursor}).status_code == 400
        assert program.get("/messages", {"cursor": cursor}).status_code == 400

    def test_of_before_a_restore_is_refused(self, town: Town, program: Program) -> None:
        town.card()
        cursor = program.get("/cards").json()["cursor"]
        current_epoch(clock.now())
        assert program.get("/cards", {"cursor": cursor}).status_code == 200, "nothing was restored"
        begin_epoch("restored", clock.now())
        refused = program.get("/cards", {"cursor": cursor})
        assert (refused.status_code, "сначала" in refused.json()["detail"]) == (400, True)
