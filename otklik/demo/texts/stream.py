"""A stream of labelled texts as the demonstration would have it: for figures, samples and tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from otklik.demo.texts.catalogue import themes
from otklik.demo.texts.compose import complaint
from otklik.demo.texts.copies import near_copy
from otklik.demo.texts.kinds import PlaceWords, Text

PLACES: tuple[PlaceWords, ...] = (
    PlaceWords("Краснодар", "муниципальный округ Краснодар", (
        "Красная", "Ставропольская", "Северная", "Московская", "Тургенева", "Ленина", "Карасунская", "Мира",
        "40-летия Победы", "им. Калинина", "Дзержинского", "Восточно-Кругликовская", "пр. Чекистов", "Зиповская",
        "Уральская", "Сормовская", "Кожевенная", "Одесская", "Гаражная", "Российская", "Октябрьская", "Гимназическая",
    )),
    PlaceWords("ст. Северская", "Северский район", (
        "Ленина", "Советская", "Народная", "Запорожская", "Казачья", "Базарная", "пер. Садовый", "Первомайская",
    )),
    PlaceWords("г. Новороссийск", "Новороссийск", (
        "Советов", "Видова", "Куникова", "пр. Дзержинского", "Героев-Десантников", "Хворостянского", "Мира", "Южная",
    )),
    PlaceWords("пос. Знаменский", "Краснодар", ("Первомайская", "Светлая", "Олимпийская", "Берёзовая", "Ореховая")),
    PlaceWords("г. Ейск", "Ейский район", ("Коммунистическая", "Свердлова", "Шмидта", "Приморская", "Баррикадная")),
    PlaceWords("х. Ленина", "Краснодар", ("Западная", "Дальняя", "Наримановская", "Полевая", "Длинная")),
    PlaceWords("г. Армавир", "Армавир", ("Кирова", "Энгельса", "Новороссийская", "Розы Люксембург", "Урицкого")),
)  # fmt: skip

_COPY_SHARE = 0.028
_CAMPAIGN_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Sample:
    theme: str
    when: datetime
    text: Text


def stream(rng: Random, count: int, first_day: datetime, days: int = 212) -> list[Sample]:
    """`count` incidents spread over `days` from `first_day`, with near copies and copy-paste campaigns."""
    out: list[Sample] = []
    while len(out) < count:
        when = first_day + timedelta(days=rng.random() * days)
        chance = rng.random()
        if out and chance < _COPY_SHARE:
            out.append(_again(rng, rng.choice(out[-400:])))
        elif out and chance < _COPY_SHARE + _CAMPAIGN_SHARE / 12:
            first = rng.choice(out[-400:])
            out.extend(_again(rng, first) for _ in range(rng.randint(4, 20)))
        else:
            name = pick_theme(rng, when.month)
            out.append(Sample(name, when, complaint(rng, name, rng.choice(PLACES), when)))
    return out[:count]


def pick_theme(rng: Random, month: int) -> str:
    """A theme by weight and season of the month."""
    uses = themes()
    return rng.choices(uses, [use.weight * use.season[month - 1] for use in uses])[0].name


def _again(rng: Random, first: Sample) -> Sample:
    old = first.text
    body = near_copy(rng, old.body)
    text = Text(body, old.says_theme, old.has_address, old.street, old.house, old.kind, old.mood)
    return Sample(first.theme, first.when + timedelta(hours=rng.randint(1, 60)), text)
