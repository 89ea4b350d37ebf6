"""What somebody wrote and what became of it, as plain values: texts of the demonstration's generator, used again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from otklik.demo.texts import person
from otklik.demo.texts.stream import stream
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.themes.models import Theme

Row = TypeVar("Row")
DAYS = 1000
TEXTS = 4000
_ANSWERS = (
    "Здравствуйте! Бригада выезжала в среду, причина устранена. Если что-то повторится, напишите нам ещё раз.",
    "Добрый день. Ремонт внесён в план на следующую неделю, дорогу перекроем на два часа. Спасибо за терпение.",
    "Здравствуйте. Мусор вывезен, подрядчику вынесено предупреждение. График вывоза висит на площадке.",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Ids are those of the reference data. `at` is when it was written."""

    text: str
    author: str
    at: datetime
    theme: int
    kind: str
    place: int
    agency: int
    street: str
    house: str
    answer: str


def samples(rng: Random, number: int, now: datetime, days: int = DAYS) -> Iterator[Sample]:
    """Some themes and places come often and most seldom, as they do."""
    originals = stream(rng, min(TEXTS, number), now - timedelta(days=DAYS))
    themes = {theme.name: theme for theme in Theme.objects.all()}
    any_theme = next(iter(themes.values()))
    places = list(Place.objects.exclude(level=Place.Level.REGION).order_by("-population", "pk"))
    agencies = list(Agency.objects.order_by("pk"))
    for _ in range(number):
        sample = rng.choice(originals)
        theme = themes.get(sample.theme, any_theme)
        who = person(rng)
        yield Sample(
            text=sample.text.body,
            author=f"{who.first_name} {who.last_name}".strip(),
            at=now - timedelta(seconds=rng.random() * days * 86_400),
            theme=theme.pk,
            kind=theme.kind,
            place=_often_the_first(rng, places).pk,
            agency=_often_the_first(rng, agencies).pk,
            street=sample.text.street[:160],
            house=sample.text.house[:32],
            answer=rng.choice(_ANSWERS),
        )


def _often_the_first(rng: Random, rows: list[Row]) -> Row:
    return rows[min(int(rng.expovariate(8 / len(rows))), len(rows) - 1)]
