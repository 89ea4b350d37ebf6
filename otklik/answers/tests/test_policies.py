from datetime import date, timedelta
from itertools import pairwise, permutations

from otklik.answers.policies import Case, Edge, KnownPolicy, Steps, edge, fitting, holding

TODAY = date(2026, 11, 25)
THEME, GROUP, PERSON = 7, 3, 21
CASE = Case(theme_id=THEME, group_id=GROUP, agency_path="/1/5/", person_id=PERSON)
BY_WEIGHT = [
    KnownPolicy(1, Steps.NONE, theme_id=THEME, agency_path="/1/5/", person_id=PERSON),
    KnownPolicy(2, Steps.ONE, theme_id=THEME, agency_path="/1/", person_id=PERSON),
    KnownPolicy(3, Steps.NONE, theme_id=THEME, person_id=PERSON),
    KnownPolicy(4, Steps.TWO, theme_id=THEME, agency_path="/1/5/"),
    KnownPolicy(5, Steps.TWO, theme_id=THEME),
    KnownPolicy(6, Steps.NONE, group_id=GROUP, person_id=PERSON),
    KnownPolicy(7, Steps.TWO, group_id=GROUP, agency_path="/1/"),
    KnownPolicy(8, Steps.ONE, group_id=GROUP),
    KnownPolicy(9, Steps.TWO, person_id=PERSON),
    KnownPolicy(10, Steps.TWO, agency_path="/1/5/"),
    KnownPolicy(11, Steps.ONE, agency_path="/1/"),
    KnownPolicy(12, Steps.TWO),
]


def test_the_narrowest_holds_whatever_the_order_of_reading_and_the_others_follow_by_weight() -> None:
    assert fitting(reversed(BY_WEIGHT), CASE, TODAY) == BY_WEIGHT
    for number, policy in enumerate(BY_WEIGHT):
        assert holding(BY_WEIGHT[number:], CASE, TODAY) == policy
    for some in permutations(BY_WEIGHT[3:8]):
        assert holding(some, CASE, TODAY) == BY_WEIGHT[3]


def test_where_none_fits_the_usual_way_holds_and_a_policy_counts_on_its_first_and_last_day() -> None:
    assert holding([], CASE, TODAY) is None
    for alien in (
        *(KnownPolicy(1, Steps.NONE, theme_id=8, person_id=PERSON), KnownPolicy(2, Steps.TWO, group_id=4)),
        *(KnownPolicy(3, Steps.TWO, agency_path=path) for path in ("/1/6/", "/1/5/9/")),
        KnownPolicy(5, Steps.TWO, person_id=22),
    ):
        assert holding([alien], CASE, TODAY) is None
    assert fitting(BY_WEIGHT, Case(), TODAY) == [BY_WEIGHT[-1]], "what is not known fits only what does not ask for it"
    assert holding([KnownPolicy(1, Steps.TWO, agency_path="/1/5")], Case(agency_path="/1/55/"), TODAY) is None
    assert holding([KnownPolicy(1, Steps.TWO, agency_path="/1/5")], Case(agency_path="/1/5/"), TODAY)
    for since, until, holds in (
        *((None, None, True), (TODAY, TODAY, True), (TODAY + timedelta(1), None, False)),
        *((None, TODAY - timedelta(1), False), (TODAY - timedelta(1), TODAY + timedelta(1), True)),
    ):
        policy = holding([KnownPolicy(1, Steps.TWO, since=since, until=until)], CASE, TODAY)
        assert (policy is not None) == holds, (since, until)


def test_of_two_equal_ones_the_later_holds_and_it_is_said_by_what() -> None:
    old = KnownPolicy(2, Steps.ONE, since=TODAY - timedelta(9))
    new = KnownPolicy(1, Steps.TWO, since=TODAY)
    assert fitting([old, new], CASE, TODAY) == [new, old]
    assert edge(new, old) == Edge.SINCE
    written = KnownPolicy(3, Steps.TWO, since=TODAY)
    assert (holding([written, new], CASE, TODAY), edge(written, new)) == (written, Edge.WRITTEN)
    edges = [edge(one, two) for one, two in pairwise(BY_WEIGHT[:6])]
    assert edges == [Edge.AGENCY, Edge.AGENCY, Edge.PERSON, Edge.AGENCY, Edge.SUBJECT]
