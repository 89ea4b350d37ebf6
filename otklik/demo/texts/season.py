"""What may be written in which month on the Kuban: factors of a theme by month and words that have a season."""

import re

SEASONS: dict[str, tuple[float, ...]] = {
    "год": (1.0,) * 12,
    "снег": (6, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0.3, 3),
    "отоп": (3, 3, 2, 0.6, 0, 0, 0, 0, 0, 1.5, 3, 3),
    "лето": (0, 0, 0, 0, 1, 3, 4, 4, 2, 0, 0, 0),
    "тепло": (0, 0, 0.3, 1, 2, 2, 2, 2, 1.5, 0.8, 0, 0),
    "трава": (0.1, 0.1, 0.4, 1, 2.5, 3, 2.5, 2, 1, 0.5, 0.2, 0.1),
    "дождь": (1.2, 1.2, 1.2, 1, 1.4, 1.8, 1.6, 1.2, 1, 1.2, 1.4, 1.4),
    "осень": (0.6, 0.4, 0.8, 1, 0.6, 0.5, 0.6, 0.7, 1.2, 2.2, 2.4, 1),
    "учёба": (1, 1, 1, 1, 1, 0.4, 0.2, 1.2, 2, 1.4, 1.1, 1),
    "жара": (0.7, 0.7, 0.8, 0.8, 1, 1.6, 2.2, 2.2, 1.2, 0.8, 0.8, 0.9),
    "темно": (1.5, 1.3, 1, 0.7, 0.6, 0.5, 0.5, 0.7, 1, 1.5, 1.8, 1.8),
    "весна": (0.8, 1.2, 2, 1.6, 1, 0.8, 0.7, 0.7, 0.8, 1, 1, 0.8),
}

WINTER_MONTHS = frozenset({11, 12, 1, 2, 3})
SUMMER_MONTHS = frozenset({5, 6, 7, 8, 9})

_TAGS: dict[str, frozenset[int]] = {
    "@зима": WINTER_MONTHS,
    "@лето": SUMMER_MONTHS,
    "@осень": frozenset({9, 10, 11}),
    "@весна": frozenset({3, 4, 5}),
    "@отоп": frozenset({10, 11, 12, 1, 2, 3, 4}),
    "@учёба": frozenset({9, 10, 11, 12, 1, 2, 3, 4, 5}),
}

WINTER = re.compile(
    r"\b(?:снег|снеж|сугроб|сосул|налед|обледен|гололед|гололёд|л[её]д\b|льд|ледян|мороз(?!ил|ен)|метел|"
    r"минус \d|заморозк|каток|катке|[её]лк[аиу]\b|новогодн)",
    re.IGNORECASE,
)
SUMMER = re.compile(
    r"\b(?:пляж|купал|купат|жар[аеуы]\b|в жару|пекл|комар|клещ|амбрози|арбуз|лежак|отдыхающ|плюс 3|плюс 4|"
    r"тополин|загора|курортник|палящ)",
    re.IGNORECASE,
)


def split_tag(fragment: str) -> tuple[str, frozenset[int] | None]:
    """The fragment without its season tag, and the months of the tag."""
    for tag, months in _TAGS.items():
        if fragment.endswith(tag):
            return fragment[: -len(tag)].rstrip(), months
    return fragment, None


def months_of(fragment: str) -> tuple[str, frozenset[int]]:
    """The bare fragment and the months it may be used in, by its tag and by its seasonal words."""
    bare, tagged = split_tag(fragment)
    months = tagged if tagged is not None else frozenset(range(1, 13))
    if WINTER.search(bare):
        months &= WINTER_MONTHS
    if SUMMER.search(bare):
        months &= SUMMER_MONTHS
    return bare, months
