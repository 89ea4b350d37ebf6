"""Answers, follow-ups, notes, people and posts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from otklik.demo.texts import (
    AnswerText,
    answer,
    approver_remark,
    clarify_question,
    clarify_reply,
    follow_up,
    me_too,
    note,
    person,
    return_reason,
    staff,
    thanks,
    themes,
)
from otklik.demo.texts.answers import spoken
from otklik.demo.texts.kinds import Outcome
from otklik.demo.texts.stream import PLACES

NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)
NAMES = [use.name for use in themes()]
MIX: tuple[Outcome, ...] = ("solved",) * 5 + ("explained",) * 3 + ("unsolved", "postponed")
AGENCY = "Управление благоустройства"


def answers(count: int) -> list[tuple[Outcome, AnswerText]]:
    rng = Random(11)
    out = []
    for _ in range(count):
        outcome = rng.choice(MIX)
        given = answer(rng, rng.choice(NAMES), AGENCY, rng.choice(PLACES), "Ольга Швец", outcome, NOW)
        out.append((outcome, given))
    return out


def test_brush_offs_are_a_sixth_and_most_answers_are_of_a_paragraph() -> None:
    given = [a for _, a in answers(3_000)]
    assert 0.14 <= sum(a.brush_off for a in given) / len(given) <= 0.21
    assert sum(150 <= len(a.body) <= 600 for a in given) > 0.9 * len(given)
    assert len({a.body for a in given}) > 2_500


def test_an_answer_names_its_agency_and_the_future_day_it_promises_and_a_postponed_one_always_has_one() -> None:
    for outcome, given in answers(1_500):
        assert AGENCY in given.body
        assert not set("<>[]|") & set(given.body)
        assert "None" not in given.body
        if given.promise_date:
            assert given.promise_date > NOW.date()
            assert spoken(given.promise_date) in given.body
            assert not given.brush_off
        else:
            assert outcome != "postponed"


def test_an_answer_on_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="no such theme"):
        answer(Random(1), "Погода на Марсе", AGENCY, PLACES[0], "", "solved", NOW)


def test_the_small_texts_are_varied_and_complete() -> None:
    rng = Random(5)
    makers: dict[str, Callable[[], str]] = {
        "thanks": lambda: thanks(rng),
        "me_too": lambda: me_too(rng, "Красная"),
        "me_too_nowhere": lambda: me_too(rng, ""),
        "follow_up": lambda: follow_up(rng, rng.choice((1, 2, 3, 4, 5, None))),
        "return_reason": lambda: return_reason(rng),
        "note": lambda: note(rng),
        "approver_remark": lambda: approver_remark(rng),
        "clarify_question": lambda: clarify_question(rng, NAMES[0]),
        "clarify_reply": lambda: clarify_reply(rng, PLACES[1]),
    }
    for name, make in makers.items():
        texts = [make() for _ in range(400)]
        assert all(text.strip() for text in texts), name
        assert not any(set("<>[]|") & set(text) for text in texts), name
        assert len(set(texts)) >= 25, name


def test_a_satisfied_author_does_not_write_of_broken_promises() -> None:
    rng = Random(6)
    glad = {follow_up(rng, 5).lower() for _ in range(300)}
    assert not any("отписк" in text or "никто не приезжал" in text for text in glad)


def test_people_are_many_and_staff_have_three_names() -> None:
    rng = Random(8)
    people = [person(rng) for _ in range(3_000)]
    assert len({(p.first_name, p.last_name) for p in people}) > 2_000
    assert all(p.gender == "" for p in people if not p.last_name and "_" in p.first_name)
    workers = {staff(rng) for _ in range(500)}
    assert all(len(name.split()) == 3 for name in workers)
    assert len(workers) > 450


def test_the_promise_counts_from_the_day_of_the_answer() -> None:
    later = NOW + timedelta(days=60)
    given = answer(Random(2), NAMES[0], AGENCY, PLACES[0], "", "postponed", later)
    assert given.promise_date is not None
    assert later.date() < given.promise_date <= later.date() + timedelta(days=45)
