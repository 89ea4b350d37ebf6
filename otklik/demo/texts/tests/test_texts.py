import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from otklik.demo import texts as made
from otklik.demo.texts import AnswerText, describe, themes
from otklik.demo.texts.answers import spoken
from otklik.demo.texts.catalogue import own_words, sheets
from otklik.demo.texts.grammar import compiled
from otklik.demo.texts.kinds import Outcome, PlaceWords
from otklik.demo.texts.season import SUMMER, WINTER
from otklik.demo.texts.similar import fold, jaccard, near_duplicates, shingles
from otklik.demo.texts.stream import PLACES, Sample, stream
from otklik.demo.texts.where import bent

APRIL = datetime(2026, 4, 1, tzinfo=UTC)
THEMES_FILE = Path(__file__).parents[5] / "shared" / "domain" / "themes.csv"


@pytest.fixture(scope="module")
def seven_months() -> list[Sample]:
    """An eighth of what the demonstration has; all of it is looked at in otklik/demo/tests/test_whole.py."""
    return stream(Random(1), 2_000, APRIL)


def test_texts_keep_the_promised_figures(seven_months: list[Sample]) -> None:
    figures = describe([(sample.theme, sample.text.body) for sample in seven_months])
    assert figures["differing_after_folding"] >= 0.9 * figures["texts"]
    assert 0.03 <= figures["near_duplicate_share"] <= 0.08
    assert figures["themes_used"] >= 120
    assert 0.28 <= figures["without_own_words_share"] <= 0.42
    assert 95 <= figures["length_median"] <= 190
    order = [count for _theme, count in Counter(sample.theme for sample in seven_months).most_common()]
    assert order[0] > 25 * order[149] > 0, "a long tail"
    assert sum(order[:60]) > 0.6 * len(seven_months), "with the yards, roads and houses at the head"
    first, again, other = (stream(Random(seed), 300, APRIL) for seed in (5, 5, 6))
    assert first == again != other


def test_the_words_of_a_text_agree_with_its_theme_and_its_address(seven_months: list[Sample]) -> None:
    plain = [sample for sample in seven_months if sample.text.kind == "complaint"]
    agree = sum(
        bool(own_words(sample.theme).search(fold(sample.text.body))) == sample.text.says_theme for sample in plain
    )
    assert agree >= 0.9 * len(plain)
    named = [sample.text for sample in seven_months if sample.text.has_address]
    assert 0.35 * len(seven_months) < len(named) < 0.8 * len(seven_months)
    assert all(bool(sample.text.street) == sample.text.has_address for sample in seven_months)


@pytest.mark.parametrize(("month", "wrong"), [(7, WINTER), (1, SUMMER)])
def test_no_snow_in_july_and_no_beach_in_january(month: int, wrong: re.Pattern[str]) -> None:
    first = datetime(2026, month, 1, tzinfo=UTC)
    for sample in stream(Random(month), 2_000, first, days=27):
        assert sample.when.month != month or not wrong.search(sample.text.body), sample.text.body
    posts = [made.official_post(Random(number), PLACES[1], first) for number in range(300)]
    assert not any(wrong.search(post) for post in posts)
    assert len(set(posts)) > 100


def test_what_is_unknown_out_of_season_or_not_well_formed_is_refused() -> None:
    july = datetime(2026, 7, 3, tzinfo=UTC)
    with pytest.raises(ValueError, match="no season"):
        made.complaint(Random(1), "Уборка дорог от снега и наледи", PLACES[0], july)
    with pytest.raises(ValueError, match="no such theme"):
        made.complaint(Random(1), "Погода на Марсе", PLACES[0], july)
    with pytest.raises(ValueError, match="no such theme"):
        made.answer(Random(1), "Погода на Марсе", AGENCY, PLACES[0], "", "solved", NOW)
    with pytest.raises(ValueError, match="unclosed"):
        compiled("[one|two")


def test_every_theme_speaks_in_its_season_without_streets_and_with_strange_ones() -> None:
    nowhere = PlaceWords("х. Дальний", "Тестовый район", ())
    rng = Random(2)
    for use in themes():
        assert use.kinds
        for month, factor in enumerate(use.season, start=1):
            if factor:
                text = made.complaint(rng, use.name, nowhere, datetime(2026, month, 5, tzinfo=UTC))
                assert text.body.strip()
                assert not text.has_address
    place = PlaceWords("г. Ейск", "Ейский район", ("пер. Садовый", "улица Большая", "№ 5", "ул. Заря", "1-я Полевая"))
    rng = Random(4)
    for use in themes():
        if use.season[5]:
            body = made.complaint(rng, use.name, place, datetime(2026, 6, 5, tzinfo=UTC)).body
            assert "Большей" not in body
            assert 0 < len(body) < 16_000


def test_a_street_is_bent_only_when_the_form_is_certain() -> None:
    forms = {"ул. Красная": "Красной", "Средняя": "Средней", "Ленина": "Ленина"}
    forms |= {"Героев-Десантников": "Героев-Десантников"}
    forms |= dict.fromkeys(("Казачья", "Большая", "пер. Садовый", "Новая Заря", ""), "")

    assert {street: bent(street) for street in forms} == forms


def test_every_fragment_of_every_sheet_is_well_formed_and_no_hint_carries_its_themes_own_words() -> None:
    for sheet in sheets().values():
        for hint in sheet.hints:
            assert not own_words(sheet.name).search(re.sub(r"<[^>]*>", " ", fold(hint))), (sheet.name, hint)
        assert sheet.says or sheet.asks, sheet.name
        assert sheet.deeds, sheet.name
        assert sheet.plans, sheet.name
        for fragments in (sheet.says, sheet.hints, sheet.asks, sheet.offers, sheet.tails, sheet.deeds, sheet.plans):
            assert all(compiled(fragment) for fragment in fragments), sheet.name


def test_themes_are_named_exactly_as_the_classifier_names_them() -> None:
    if not THEMES_FILE.exists():
        pytest.skip("../shared/domain/themes.csv is not here")
    with THEMES_FILE.open(encoding="utf-8") as file:
        known = {row["theme"] for row in csv.DictReader(file)}
    used = {use.name for use in themes()}
    assert used <= known
    assert len(used) >= 140


def test_a_near_copy_differs_and_is_mostly_the_same(seven_months: list[Sample]) -> None:
    rng = Random(9)
    bodies = [s.text.body for s in seven_months if len(s.text.body) > 100][:300]
    alike = 0
    for body in bodies:
        copy = made.near_copy(rng, body)
        assert copy != body
        alike += jaccard(shingles(fold(copy)), shingles(fold(body))) >= 0.7
    assert alike >= 0.95 * len(bodies)
    first = "третий день нет воды на красной 12 обещали к обеду и снова тишина"
    assert near_duplicates([first, first + " ждем", "собаки у школы кидаются на детей каждое утро"]) == {1}


NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)
NAMES = [use.name for use in themes()]
MIX: tuple[Outcome, ...] = ("solved",) * 5 + ("explained",) * 3 + ("unsolved", "postponed")
AGENCY = "Управление благоустройства"


def answers(count: int) -> list[tuple[Outcome, AnswerText]]:
    rng = Random(11)
    out = []
    for _ in range(count):
        outcome = rng.choice(MIX)
        answer = made.answer(rng, rng.choice(NAMES), AGENCY, rng.choice(PLACES), "Ольга Швец", outcome, NOW)
        out.append((outcome, answer))
    return out


def test_brush_offs_are_a_sixth_and_an_answer_names_its_agency_and_the_day_it_promises() -> None:
    texts = [a for _, a in answers(3_000)]
    assert 0.14 <= sum(a.brush_off for a in texts) / len(texts) <= 0.21
    assert sum(150 <= len(a.body) <= 600 for a in texts) > 0.9 * len(texts)
    assert len({a.body for a in texts}) > 2_500

    later = made.answer(Random(2), NAMES[0], AGENCY, PLACES[0], "", "postponed", NOW + timedelta(days=60)).promise_date
    assert later is not None
    assert timedelta(0) < later - NOW.date() - timedelta(days=60) <= timedelta(days=45)
    for outcome, one in answers(1_500):
        assert AGENCY in one.body
        assert not set("<>[]|") & set(one.body)
        assert "None" not in one.body
        if one.promise_date:
            assert one.promise_date > NOW.date()
            assert spoken(one.promise_date) in one.body
            assert not one.brush_off
        else:
            assert outcome != "postponed"


def test_the_small_texts_people_and_staff_are_varied_and_complete() -> None:
    rng = Random(5)
    makers: dict[str, Callable[[], str]] = {
        "thanks": lambda: made.thanks(rng),
        "me_too": lambda: made.me_too(rng, "Красная"),
        "me_too_nowhere": lambda: made.me_too(rng, ""),
        "follow_up": lambda: made.follow_up(rng, rng.choice((1, 2, 3, 4, 5, None))),
        "return_reason": lambda: made.return_reason(rng),
        "note": lambda: made.note(rng),
        "approver_remark": lambda: made.approver_remark(rng),
        "clarify_question": lambda: made.clarify_question(rng, NAMES[0]),
        "clarify_reply": lambda: made.clarify_reply(rng, PLACES[1]),
    }
    for name, make in makers.items():
        texts = [make() for _ in range(400)]
        assert all(text.strip() for text in texts), name
        assert not any(set("<>[]|") & set(text) for text in texts), name
        assert len(set(texts)) >= 25, name

    glad = {made.follow_up(rng, 5).lower() for _ in range(300)}
    assert not any("отписк" in text or "никто не приезжал" in text for text in glad), "the author is satisfied"
    rng = Random(3)
    texts = [made.noise(rng) for _ in range(2_000)]
    assert all(text.strip() for text in texts)
    assert max(map(len, texts)) < 200
    assert len(set(texts)) > 700
    rng = Random(8)
    people = [made.person(rng) for _ in range(3_000)]
    assert len({(p.first_name, p.last_name) for p in people}) > 2_000
    assert all(p.gender == "" for p in people if not p.last_name and "_" in p.first_name)
    workers = {made.staff(rng) for _ in range(500)}
    assert all(len(name.split()) == 3 for name in workers)
    assert len(workers) > 450
