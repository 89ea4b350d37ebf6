from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.lib.text import fold
from otklik.themes.wording import differences
from otklik.triage.bonds import Bonds, Near
from otklik.triage.pairs import Pairs
from otklik.triage.similar import WORDS, CardSketch, Likeness, compare, fading, may_be, of_one_network
from otklik.triage.sketch import common, marks, sketch

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TEXTS = [
    "Нет воды с утра на Садовой, сколько можно терпеть это безобразие",
    "нет воды с утра на садовой, сколько можно терпеть",
    "Прорвало трубу, затопило подвал, воды нет во всём доме",
    "Яма на дороге у дома огромная, уже третий месяц стоит",
    "Поставьте баки для мусора на нашей улице",
    "да",
    "",
]
KEPT = [(sketch(fold(text)), marks(fold(text))) for text in TEXTS] + [(b"\x01", b"\x01\x02\x03")]
CODES = ["", "zhkh.net-vody", "zhkh.avariya-vody", "zhkh.podval", "dorogi.yamy", "othody.ploshchadki", "othody.prochee"]
KEYS = st.sampled_from([0, -5, 77])


@st.composite
def card_sketches(draw: st.DrawFn) -> CardSketch:
    words, about = draw(st.sampled_from(KEPT))
    spot = draw(st.sampled_from([(None, None), (None, 39.0), (45.0, 39.0), (45.001, 39.001), (45.01, 39.0)]))
    # Whole days as well: there thousandths that end in a five are common.
    days, seconds = draw(st.sampled_from([0, 1, 2, 9, 12, 21, 30])), draw(st.sampled_from([0, 0, 0.5, 71]))
    return CardSketch(
        at=NOW - timedelta(days=days, seconds=seconds),
        author=draw(st.integers(0, 3)),
        theme=draw(st.sampled_from(CODES)),
        also=tuple(draw(st.lists(st.sampled_from(CODES[1:]), max_size=2))),
        place=draw(st.sampled_from([(), (7,), (7, 8), (7, 9), (6,)])),
        street=draw(KEYS),
        house=draw(KEYS),
        latitude=spot[0],
        longitude=spot[1],
        sketch=words,
        marks=about,
    )


def reasons(pairs: Pairs, line: int, column: int) -> set[str]:
    named = {"theme": pairs.same_theme, "neighbour": pairs.neighbour, "town": pairs.town, "copied": pairs.copied > 0}
    return {name for name, table in named.items() if table[line, column]}


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.lists(card_sketches(), min_size=1, max_size=14), st.lists(card_sketches(), max_size=14), st.booleans())
def test_all_pairs_at_once_have_the_scores_and_reasons_of_each_pair(
    ones: list[CardSketch], others: list[CardSketch], confused: bool
) -> None:
    mistaken = differences().keys() if confused else frozenset()
    pairs = Pairs(ones, others, mistaken)
    for line, one in enumerate(ones):
        for column, other in enumerate(others):
            alone = compare(one, other, mistaken)
            assert pairs.score[line, column] == alone.score
            assert reasons(pairs, line, column) == set(alone.why) & {"theme", "neighbour", "town", "copied"}
            assert bool(pairs.named[line, column]) == bool(set(alone.why) & {"house", "street", "spot"})
            assert pairs.words[line, column] == common(one.marks, other.marks)


@SLOW
@given(st.lists(card_sketches(), min_size=2, max_size=12))
def test_who_is_bound_to_whom_is_what_two_cards_alone_would_say(cards: list[CardSketch]) -> None:
    mistaken = differences().keys()
    bonds = Bonds([Near(pk, one) for pk, one in enumerate(cards, 1)], mistaken)
    for line, one in enumerate(cards):
        for column, other in enumerate(cards):
            likeness = compare(one, other, mistaken)
            there = {"house", "street", "spot"} & set(likeness.why)
            bound = not bonds.cannot[line, column] and is_one_matter(one, other, likeness)
            assert bonds.strict[line, column] == (bound and bool(there))
            assert bonds.likeness(line, column) == likeness
            if there:
                assert bonds.loose[line, column] == bonds.strict[line, column]


@SLOW
@given(st.lists(card_sketches(), min_size=2, max_size=8))
def test_a_card_as_if_it_named_no_street_is_bound_as_one_that_names_none(cards: list[CardSketch]) -> None:
    bonds = Bonds([Near(pk, one) for pk, one in enumerate(cards, 1)])
    bare = bonds.without_street([1, 0])
    for line, place in enumerate([1, 0]):
        nowhere = Near(1, replace(cards[place], street=0, house=0))
        for column, other in enumerate(cards):
            assert bare[line, column] == Bonds([nowhere, Near(2, other)]).loose[0, 1]


def is_one_matter(one: CardSketch, other: CardSketch, likeness: Likeness) -> bool:
    """The theme is one, it still lasts, and neither the street nor the house is another."""
    days = abs(one.at - other.at) / timedelta(days=1)
    if likeness.score < 0.3 or fading(days, one.theme or other.theme) < 1 / 8:
        return False
    if one.street and other.street and one.street != other.street:
        return False
    why = set(likeness.why)
    taken = may_be(one, other.theme) or may_be(other, one.theme)
    many = {"zhkh.net-vody", "zhkh.avariya-vody"}
    wide = (
        (one.theme in many and other.theme in many)
        or (one.theme in many and may_be(other, one.theme))
        or (other.theme in many and may_be(one, other.theme))
    )
    shared = wide or {one.theme, other.theme} <= {"othody.ploshchadki", "othody.prochee"}
    if one.house and other.house and one.house != other.house and not shared:
        return False
    by_words = common(one.marks, other.marks) >= WORDS and "copied" not in why
    return "theme" in why or of_one_network(one.theme, other.theme) or ("neighbour" in why and (taken or by_words))
