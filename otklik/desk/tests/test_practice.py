"""«Тренировка»: thirty made-up messages, what was expected of each, one's own result and the mentor's list."""

import re

import pytest
from django.test import Client

from otklik.desk.models import Practice
from otklik.desk.operator.practice import decide
from otklik.desk.operator.practice_cases import Case, Decision, Judged, cases, judge, order
from otklik.desk.tests.pages import assert_answers, assert_shows, at_most, page_at
from otklik.incidents.models import Incident, NoiseReason
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.themes import classifier, shipped
from otklik.themes.models import Theme
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


def theme(code: str) -> str:
    return str(Theme.objects.get(code=code).pk)


def expected(code: str) -> dict[str, str]:
    case = cases()[code]
    form = {"case": code, "noise": case.noise, "theme": theme(case.themes[0]) if case.themes else ""}
    return form | ({"danger": "on"} if case.danger else {})


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
    assert order(1) == order(1) != order(2)
    assert sorted(order(1)) == sorted(cases())


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


def test_whoever_decides_all_as_expected_has_thirty_of_thirty(themes: Town) -> None:
    client, journal, cards = signed_in(themes.operator), Entry.objects.count(), Incident.objects.count()
    address = begun(client)
    typed = ('role="combobox"', 'data-pick="theme"', 'data-pick="agency"', 'data-deed="accept"')
    assert_shows(page_at(client, address), *typed, '<div data-code="KeyX" data-deed="dismiss">')
    for number in range(30):
        (code,) = re.findall(r'name="case" value="([a-z-]+)"', page_at(client, address))
        assert "Верно" in client.post(f"{address}decision/", expected(code)).content.decode(), number
    assert_shows(page_at(client, address), "Верно 30 из 30", hides=("На что посмотреть",))
    assert Practice.objects.get().ended_at is not None
    assert (Entry.objects.count(), Incident.objects.count()) == (journal, cards), "it is no work on cards"


def test_the_first_word_counts_what_was_expected_is_told_and_half_a_decision_asked_for_again(themes: Town) -> None:
    client = signed_in(themes.operator)
    address = begun(client)
    for form in ({}, {"theme": "нет такой"}, {"theme": "99999999"}, {"noise": "нет такой"}, {"noise": "", "theme": ""}):
        assert client.post(f"{address}decision/", {"case": "football", **form}).status_code == 422, form
    assert Practice.objects.get().decided == {}
    for form, words in (
        ({"case": "pit-street", "noise": "", "theme": theme("blago.yamy-dvor")}, ("Ждали другого", "Не путать:")),
        ({"case": "wire", "theme": theme("energetika.otklyuchenie")}, ("это надо отметить",)),
        ({"case": "bus-late", "theme": theme("transport.grafik"), "danger": "on"}, ("дежурный перестанет верить",)),
        ({"case": "football", "noise": "off_topic"}, ("Верно",)),
        ({"case": "football", "noise": "spam"}, ("Верно",)),
    ):
        assert_answers(client.post(f"{address}decision/", form), 200, *words)
    assert Practice.objects.get().decided["football"]["noise"] == "off_topic"
    assert begun(client) == address, "a try goes on where it was left"
    assert not decide(Practice.objects.get(), "no-such-case", Decision("spam", "", False), clock.now())


def test_a_try_is_seen_by_its_owner_and_the_mentor_alone(themes: Town) -> None:
    owner = signed_in(themes.operator)
    address = begun(owner)
    owner.post(f"{address}decision/", {"case": "football", "noise": "spam"})
    mentor = signed_in(themes.admin)
    assert_shows(page_at(mentor, address), "Верно 0 из 1", hides=("Сообщение",))
    assert mentor.post(f"{address}decision/", expected("pit-yard")).status_code == 404
    assert "верно 0 из 1" in page_at(mentor, "/practice/everybody/")
    for user in (themes.executor, themes.approver, themes.auditor):
        assert signed_in(user).get(address).status_code == 403
    assert owner.get("/practice/999999/").status_code == 404
    assert owner.post(f"{address}decision/", {"case": "no-such-case"}).status_code == 404
    for page in ("/practice/", begun(mentor), "/practice/everybody/"):
        with at_most(10):
            assert mentor.get(page).status_code == 200
