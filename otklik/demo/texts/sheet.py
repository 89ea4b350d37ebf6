"""Reads the hand-written sheets of `bank/`: a plain notation that keeps two thousand fragments legible.

A sheet is one family of themes. Lines, by their first sign:

    #  theme name | weight | season | stems of its obvious words
    +  the matter, called by its own words          -  the same by hints, without them
    ?  a question      !  a suggestion              ~  what follows from it (a tail)
    %  a new family begins, with its name
    >  an answer's deed, for «solved»               *  an answer's plan or explanation

A line that begins with a space continues the one before. Lines before the first `#` belong to the family.
"""

import re
from dataclasses import dataclass, field

from otklik.demo.texts.season import SEASONS

MARKS = "+-?!~>*"


@dataclass(slots=True)
class Family:
    """What kindred themes share: tails and hints by mark."""

    name: str = ""
    lines: dict[str, list[str]] = field(default_factory=lambda: {mark: [] for mark in MARKS})


@dataclass(slots=True)
class Sheet:
    """One theme with its fragments by mark."""

    name: str
    weight: float
    season: tuple[float, ...]
    stems: tuple[str, ...]
    family: Family
    lines: dict[str, list[str]] = field(default_factory=lambda: {mark: [] for mark in MARKS})


def read(text: str) -> list[Sheet]:
    """The themes of one sheet. Raises ValueError for a line without a known mark."""
    family = Family()
    sheets: list[Sheet] = []
    lines = family.lines
    for line in _joined(text):
        mark, rest = line[0], line[1:].strip()
        if mark == "%":
            family = Family(rest)
            lines = family.lines
        elif mark == "#":
            sheets.append(_head(rest, family))
            lines = sheets[-1].lines
        elif mark in MARKS:
            lines[mark].append(rest)
        else:
            raise ValueError(f"unknown mark: {line}")
    return sheets


def _joined(text: str) -> list[str]:
    out: list[str] = []
    for raw in text.splitlines():
        if not raw.strip():
            continue
        if raw[0] == " ":
            out[-1] += " " + raw.strip()
        else:
            out.append(raw.strip())
    return out


def _head(rest: str, family: Family) -> Sheet:
    name, weight, season, own = (part.strip() for part in rest.split("|"))
    stems = tuple(dict.fromkeys((*name_stems(name), *own.replace("ё", "е").split())))
    return Sheet(name, float(weight), SEASONS[season], stems, family)


# Words of theme names that carry no matter of their own: they would match any complaint.
_EMPTY_WORDS = """
отсутствие содержание организация работа ремонт качество нарушение нарушения состояние плохое низкое
ненадлежащее неудовлетворительное некачественный некачественное некачественные некачественые прочее
прочих мест места местах территорий территория территории общего общественных общественного
пользования исключением уточненных установка установке замена обустройство проблемы проблема жалоба
жалобы запрос условия условий задержка отказ вопросам вопросы организации учреждениях учреждений
обслуживание обслуживания очереди помощи помощь получение предоставление поддержка система системе
системам системы объектов объекты строительство строительных вблизи кроме числе нанесенная
конструкций новых изменение отмена добавление количества класса завершение начало реконструкция
технологий сроков сроки нехватка оказание выплат выплаты выплата мероприятия иных услуг нахождение
деятельность обращение обращении отдельных создание граждан категорий лиц проведение проведения
после восстановление размещение отключение неисправность аварии авария аварийная ситуация
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def name_stems(name: str) -> tuple[str, ...]:
    """Stems of the words of a theme's name, by cutting the ending: crude, but the same for every theme."""
    words = re.findall(r"[а-я]{4,}", name.lower().replace("ё", "е"))
    return tuple(word[: max(4, len(word) - 3)] for word in words if word not in _EMPTY)
