"""«Тренировка»: thirty made-up messages, what was expected of each, one's own result and the mentor's list."""

import re

import pytest
from django.test import Client

from otklik.desk.models import Practice
from otklik.desk.practice.cases import Case, Decision, Judged, cases, judge, order
from otklik.desk.practice.keep import decide
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.incidents.models import Incident, NoiseReason
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.themes import classifier, shipped
from otklik.triage.personal.finder import find
from tests.make.people import signed_in
from tests.make.town import Town

PIT = Case("pit", "Яма", "", ("dorogi.yamy", "blago.yamy-dvor"), danger=False, why="…")
ADVERT = Case("ad", "Окна", "spam", (), danger=False, why="…")


@pytest.fixture
def themes(town: Town) -> Town:
    shipped.put(clock.now().date())
    return town


def begun(client: Client) -> str:
    return str(client.post("/practice/")["Location"])


def shown(client: Client, address: str) -> str:
    """The code of the case that the page shows."""
    (code,) = re.findall(r'name="case" value="([a-z-]+)"', client.get(address).content.decode())
    return str(code)


def expected(code: str) -> dict[str, str]:
    case = cases()[code]
    told = {"case": code, "noise": case.noise, "theme": case.themes[0] if case.themes else ""}
    return told | ({"danger": "on"} if case.danger else {})


def test_there_are_thirty_cases_that_a_newcomer_may_meet() -> None:
    codes = {theme.code for group in classifier.load().groups for theme in group.themes}
    known = list(cases().values())
    assert len(known) == 30
    assert [case.code for case in known if bool(case.noise) == bool(case.themes)] == []
    assert {theme for case in known for theme in case.themes} - codes == set()
    assert {case.noise for case in known if case.noise} <= set(NoiseReason.values)
    assert len({case.text for case in known}) == 30
    assert {len(case.why) > 20 for case in known} == {True}
    assert [case.code for case in known if list(find(case.text))] == [], "nobody real is named in them"


@pytest.mark.parametrize(
    ("case", "decided", "wanted"),
    [
        (PIT, Decision("", "dorogi.yamy", False), Judged(True, True, True)),
        (PIT, Decision("", "blago.yamy-dvor", False), Judged(True, True, True)),
        (PIT, Decision("", "dorogi.sneg", False), Judged(True, False, True)),
        (PIT, Decision("", "dorogi.yamy", True), Judged(True, True, False)),
        (PIT, Decision("spam", "", False), Judged(False, False, True)),
        (ADVERT, Decision("spam", "", False), Judged(True, True, True)),
        (ADVERT, Decision("chatter", "", False), Judged(True, False, True)),
        (ADVERT, Decision("", "dorogi.yamy", True), Judged(False, False, True)),
    ],
)
def test_a_decision_is_held_against_what_was_expected(case: Case, decided: Decision, wanted: Judged) -> None:
    assert judge(case, decided) == wanted
    assert wanted.right == (wanted == Judged(True, True, True))


def test_each_try_has_an_order_of_its_own_and_keeps_it() -> None:
    assert order(1) == order(1)
    assert order(1) != order(2)
    assert sorted(order(1)) == sorted(cases())


@pytest.mark.django_db
class TestPages:
    def test_whoever_decides_all_as_expected_has_thirty_of_thirty(self, themes: Town) -> None:
        client, journal, cards = signed_in(themes.operator), Entry.objects.count(), Incident.objects.count()
        address = begun(client)
        for number in range(30):
            told = client.post(f"{address}decision/", expected(shown(client, address)))
            assert "Верно" in told.content.decode(), number
        assert_answers(client.get(address), 200, "Верно 30 из 30", hides=("На что посмотреть",))
        assert Practice.objects.get().ended_at is not None
        assert (Entry.objects.count(), Incident.objects.count()) == (journal, cards), "it is no work on cards"

    def test_two_themes_that_were_taken_for_each_other_are_told_apart(self, themes: Town) -> None:
        client = signed_in(themes.operator)
        address = begun(client)
        told = {"case": "pit-street", "noise": "", "theme": "blago.yamy-dvor"}
        page = client.post(f"{address}decision/", told).content.decode()
        assert "Ждали другого" in page
        assert "Не путать:" in page
        danger = client.post(f"{address}decision/", {"case": "wire", "theme": "energetika.otklyuchenie"})
        assert "это надо отметить" in danger.content.decode()
        alarm = client.post(f"{address}decision/", {"case": "bus-late", "theme": "transport.grafik", "danger": "on"})
        assert "дежурный перестанет верить" in alarm.content.decode()

    def test_the_first_word_counts_and_a_try_goes_on_where_it_was_left(self, themes: Town) -> None:
        client = signed_in(themes.operator)
        address = begun(client)
        first = {"case": "football", "noise": "off_topic"}
        assert "Верно" in client.post(f"{address}decision/", first).content.decode()
        again = client.post(f"{address}decision/", first | {"noise": "spam"}).content.decode()
        assert "Верно" in again
        assert Practice.objects.get().decided["football"]["noise"] == "off_topic"
        assert begun(client) == address
        assert not decide(Practice.objects.get(), "no-such-case", Decision("spam", "", False), clock.now())

    def test_half_a_decision_is_asked_for_again(self, themes: Town) -> None:
        client = signed_in(themes.operator)
        address = begun(client)
        for told in ({}, {"theme": "нет такой"}, {"noise": "нет такой"}, {"noise": "", "theme": ""}):
            assert client.post(f"{address}decision/", {"case": "football", **told}).status_code == 422, told
        assert Practice.objects.get().decided == {}

    def test_a_try_is_seen_by_its_owner_and_the_mentor_alone(self, themes: Town) -> None:
        owner = signed_in(themes.operator)
        address = begun(owner)
        owner.post(f"{address}decision/", {"case": "football", "noise": "spam"})
        mentor = signed_in(themes.admin)
        assert_answers(mentor.get(address), 200, "Верно 0 из 1", hides=("Сообщение",))
        assert mentor.post(f"{address}decision/", expected("pit-yard")).status_code == 404
        assert "верно 0 из 1" in mentor.get("/practice/everybody/").content.decode()
        for user in (themes.executor, themes.approver, themes.auditor):
            assert signed_in(user).get(address).status_code == 403
        assert owner.get("/practice/999999/").status_code == 404
        assert owner.post(f"{address}decision/", {"case": "no-such-case"}).status_code == 404

    def test_the_pages_ask_few_questions(self, themes: Town) -> None:
        client = signed_in(themes.admin)
        address = begun(client)
        for page in ("/practice/", address, "/practice/everybody/"):
            with at_most(10):
                assert client.get(page).status_code == 200
