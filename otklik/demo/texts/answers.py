"""Agencies' answers as they are really given: what, who and when, or a brush-off, or a promise with a date."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from otklik.demo.texts import where
from otklik.demo.texts.catalogue import sheets
from otklik.demo.texts.files import load
from otklik.demo.texts.grammar import render
from otklik.demo.texts.kinds import AnswerText, Outcome, PlaceWords

BRUSH_OFF_SHARE = 0.31  # of answers that are not «solved»: 15–20 % of all at the usual mix
_PROMISE_SHARE = {"solved": 0.06, "explained": 0.22, "unsolved": 0.12, "postponed": 1.0}

_TEXTS = load("answers")
_OFFICIALS = load("officials")
_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def answer(
    rng: Random,
    theme_name: str,
    agency: str,
    place: PlaceWords,
    author_name: str,
    outcome: Outcome,
    when: datetime,
) -> AnswerText:
    """An agency's answer. `when` is local time of the answer, `author_name` may be empty or a nickname.

    `promise_date` is set when the body names a day in the future; «postponed» always has one. A brush-off says neither
    what nor who nor when. Raises ValueError for a theme unknown to the demonstration.
    """
    if theme_name not in sheets():
        raise ValueError(f"no such theme in the demonstration: {theme_name}")
    brush_off = outcome in ("explained", "unsolved") and rng.random() < _share(outcome)
    promise = None
    if not brush_off and rng.random() < _PROMISE_SHARE[outcome]:
        promise = when.date() + timedelta(days=rng.choice((2, 3, 5, 7, 10, 14, 21, 30, 45)))
    slots = _slots(rng, theme_name, agency, place, author_name, when.date(), promise)
    parts = [rng.choice(_TEXTS["open"])]
    if brush_off:
        parts.append(rng.choice(_TEXTS["brush_offs"]))
    else:
        soft = outcome == "solved" and sheets()[theme_name].family.name in _OFFICIALS
        parts.append(rng.choice(_TEXTS["soft_solved"] if soft else _TEXTS[outcome]))
        if promise and "<срок>" not in parts[-1]:
            parts.append(rng.choice(_TEXTS["promises"]))
    if rng.random() < 0.4:
        parts.append(rng.choice(_TEXTS["extra"]))
    parts.append(rng.choice(_TEXTS["close"]))
    body = " ".join(" ".join(render(rng, part, slots) for part in parts).split())
    return AnswerText(_tidy(body), promise, brush_off)


def _share(outcome: Outcome) -> float:
    return BRUSH_OFF_SHARE * (1.6 if outcome == "explained" else 1.0)


def _slots(
    rng: Random, theme_name: str, agency: str, place: PlaceWords, author: str, today: date, promise: date | None
) -> dict[str, Callable[[Random], str]]:
    sheet = sheets()[theme_name]
    deed = render(rng, rng.choice(sheet.deeds), {})
    plan = render(rng, rng.choice(sheet.plans), {})
    done = today - timedelta(days=rng.randint(0, 4))
    who = rng.choice(_OFFICIALS.get(sheet.family.name, _OFFICIALS[""]))
    local = any("<где>" in line for line in sheet.says)
    spot = f" ({where.label(rng.choice(place.streets))})" if local and place.streets and rng.random() < 0.5 else ""
    name = author.split()[0] if author and author.split()[0].isalpha() else ""
    return {
        "имя": lambda _: f", {name}" if name else "",
        "имя2": lambda _: f"{name}, " if name else "",
        "дело": lambda _: deed,
        "план": lambda _: plan,
        "План": lambda _: plan[:1].upper() + plan[1:],
        "день": lambda _: spoken(done),
        "срок": lambda _: spoken(promise) if promise else "конца квартала",
        "кто": lambda _: who,
        "адрес": lambda _: spot,
        "ведомство": lambda _: agency,
    }


def spoken(day: date) -> str:
    """«7 августа»."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _tidy(body: str) -> str:
    """Capital letters at the beginnings of sentences, no stray stops."""
    for bare, better in ((" .", "."), ("..", ".")):
        body = body.replace(bare, better)
    out: list[str] = []
    for index, word in enumerate(body.split(" ")):
        starts = index == 0 or (out[-1][-1:] in ".!?" and out[-1] not in ("ул.", "пер.", "пр.", "кв.", "г.", "ст."))
        out.append(word[:1].upper() + word[1:] if starts else word)
    return " ".join(out)
