"""What the slots of a fragment are filled with: spans of time, addressees, routes, places."""

from collections.abc import Callable
from random import Random

from otklik.demo.texts import where
from otklik.demo.texts.where import Spot

_LONG = (
    "второй месяц", "уже месяц", "третью неделю", "вторую неделю", "почти неделю", "больше месяца", "полгода",
    "четвёртый месяц", "с начала месяца", "уже дней десять", "недели две", "два месяца", "с прошлой недели",
    "с понедельника", "который месяц", "уже 3 недели", "больше недели", "неделю точно",
)  # fmt: skip
_SHORT = (
    "со вчерашнего дня", "с утра", "с ночи", "вторые сутки", "третий день", "второй день", "с шести утра",
    "с обеда", "четвёртый день", "уже сутки", "со вчерашнего вечера", "третьи сутки", "пятый день", "с пятницы",
    "с 5 утра", "с самого утра", "два дня", "больше суток",
)  # fmt: skip
_YEARS = (
    "лет пять назад", "после сдачи дома", "года три назад", "после ремонта", "с новым подрядчиком",
    "когда сменилась контора", "после объединения поселений", "сразу после приёмки",
)  # fmt: skip
_ADDRESSEES = (
    "в администрацию", "в УК", "на горячую линию", "в ЕДДС", "в прокуратуру", "губернатору", "главе", "в район",
    "в 112", "через госуслуги", "депутату", "в жилинспекцию", "диспетчеру", "в округ", "на сайт",
)  # fmt: skip
_HOURS = (
    "в семь утра", "утром", "вечером", "в 7:40", "около восьми", "после шести вечера", "в обед", "в 18:15",
    "сегодня утром", "вчера вечером", "в полвосьмого", "в субботу",
)  # fmt: skip


def table(spot: Spot) -> dict[str, Callable[[Random], str]]:
    """Slots for one text: all mentions of the place speak of the same spot."""
    return {
        "где": lambda rng: where.inside(rng, spot),
        "адрес": lambda rng: where.address(rng, spot),
        "улица": lambda rng: where.label(spot.street) if spot.street else "наша улица",
        "срок": lambda rng: rng.choice(_LONG),
        "сутки": lambda rng: rng.choice(_SHORT),
        "годы": lambda rng: rng.choice(_YEARS),
        "куда": lambda rng: rng.choice(_ADDRESSEES),
        "час": lambda rng: rng.choice(_HOURS),
        "маршрут": _route,
        "число": lambda rng: str(rng.randint(10, 99)),
    }


def _route(rng: Random) -> str:
    number = str(rng.randint(1, 118)) + (rng.choice("ам") if rng.random() < 0.12 else "")
    return rng.choice(("№ ", "", "", "№", "номер ")) + number
