"""The themes of the demonstration: what people of the region complain of, and what is answered.

A file holds families of themes. `says` calls the matter by its own words, `hints` does so without them, `asks` is a
question, `offers` a suggestion, `tails` what follows from it; `deeds` are answers' deeds, for «solved», and `plans`
their plans or explanations. `stems` begin the theme's obvious words.
"""

import re
from dataclasses import dataclass

from otklik.demo.texts.files import read as read_file
from otklik.demo.texts.season import SEASONS


@dataclass(frozen=True, slots=True)
class Family:
    """What kindred themes share."""

    name: str
    tails: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One theme with its fragments."""

    name: str
    weight: float
    season: tuple[float, ...]
    stems: tuple[str, ...]
    family: Family
    says: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()


def read(file: str) -> list[Sheet]:
    """The themes of one file. Raises TypeError for a list with an unknown name."""
    sheets: list[Sheet] = []
    for group in read_file(file)["families"]:
        themes = group.pop("themes")
        family = Family(group.pop("name"), **_tuples(group))
        for theme in themes:
            name, weight, season, own = (theme.pop(key) for key in ("name", "weight", "season", "stems"))
            stems = tuple(dict.fromkeys((*name_stems(name), *own.replace("ё", "е").split())))
            sheets.append(Sheet(name, float(weight), SEASONS[season], stems, family, **_tuples(theme)))
    return sheets


def _tuples(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(fragments) for key, fragments in lists.items()}


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
