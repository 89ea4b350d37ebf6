"""Every column of a card, one line each: what people call it, and everywhere that it goes.

The card's facts, undo, the search, the export, programs and forgetting are made of it; that the rest does as it says
here is held by a test, which changes one column of a card after another and looks where that shows. Columns that a step
finds its rows by (`Due`) belong to no card. Pure.
"""

from enum import Flag, auto
from typing import NamedTuple


class Goes(Flag):
    """FACTS: a line of the card's facts, on its page; PAGE: shown there in a way of its own. Both are for everybody who
    may open the card. API: programs are told it, in a scope that reads cards. UNDO: a
    person's act may change it, so it can be taken back. SEARCH: the card is found by these words. EXPORT: a column of
    the table that other systems know. FIGURES: statistics count by it. MENTIONS: words in which a citizen may be named,
    so that forgetting him looks here; NAMELESS: words and codes in which nobody is.
    """

    FACTS = auto()
    PAGE = auto()
    API = auto()
    UNDO = auto()
    SEARCH = auto()
    EXPORT = auto()
    FIGURES = auto()
    MENTIONS = auto()
    NAMELESS = auto()


class Field(NamedTuple):
    """`label` is Russian; the page says it in the reader's language."""

    label: str
    goes: Goes


F = Goes
FIELDS: dict[str, Field] = {
    "number": Field("Номер", F.PAGE | F.API | F.SEARCH | F.EXPORT),
    "state": Field("Состояние", F.PAGE | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "kind": Field("Тип", F.FACTS | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "outcome": Field("Итог", F.PAGE | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "close_reason": Field("Причина закрытия", F.PAGE | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "noise_reason": Field("Почему не инцидент", F.PAGE | F.API | F.UNDO | F.NAMELESS),
    "theme": Field("Тема", F.PAGE | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "place": Field("Место", F.PAGE | F.API | F.UNDO | F.SEARCH | F.EXPORT | F.FIGURES),
    "street": Field("Улица", F.PAGE | F.API | F.UNDO | F.SEARCH | F.EXPORT | F.NAMELESS),
    "house": Field("Дом", F.PAGE | F.API | F.UNDO | F.SEARCH | F.EXPORT | F.NAMELESS),
    "place_object": Field("Объект", F.FACTS | F.API | F.UNDO | F.SEARCH | F.EXPORT | F.MENTIONS),
    "agency": Field("Ведомство", F.PAGE | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "guessed_theme": Field("Тема по мнению машины", F.API),
    "guessed_place": Field("Место по мнению машины", F.API | F.SEARCH),
    "guessed_agency": Field("Ведомство по мнению машины", F.API),
    "operator": Field("Оператор", F.UNDO),
    "executor": Field("Исполнитель", F.PAGE | F.UNDO),
    "taken_by": Field("Кто разбирает", F.UNDO),
    "taken_at": Field("Взята", F.UNDO),
    "answered_with": Field("Отвечена вместе с", F.PAGE | F.UNDO | F.FIGURES),
    "problem": Field("Проблема", F.PAGE | F.UNDO | F.FIGURES),
    "priority": Field("Срочность", F.PAGE | F.API | F.UNDO | F.FIGURES),
    "network": Field("Сеть", F.PAGE | F.API | F.FIGURES | F.NAMELESS),
    "started_at": Field("Житель ждёт с", F.PAGE | F.API | F.FIGURES),
    "created_at": Field("Создана", F.API | F.EXPORT | F.FIGURES),
    "assigned_at": Field("Назначена", F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "drafted_at": Field("Ответ подготовлен", F.UNDO | F.EXPORT | F.FIGURES),
    "first_answered_at": Field("Первый ответ", F.PAGE | F.API | F.EXPORT | F.FIGURES),
    "executor_answered_at": Field("Ответил исполнитель", F.UNDO | F.EXPORT | F.FIGURES),
    "rating_since": Field("Ждёт оценки с", F.UNDO | F.EXPORT | F.FIGURES),
    "closed_at": Field("Завершена", F.PAGE | F.API | F.UNDO | F.EXPORT | F.FIGURES),
    "first_answer_working_seconds": Field("Первый ответ, рабочее время", F.EXPORT | F.FIGURES),
    "reopened": Field("Открыта снова", F.PAGE | F.UNDO | F.FIGURES),
    "returns": Field("Возвращений «не наше»", F.PAGE | F.UNDO | F.FIGURES),
    "sent_back": Field("Возвращений с согласования", F.UNDO | F.FIGURES),
    "owed_since": Field("Ждёт своего ответа с", F.UNDO),
    "watched_since": Field("На контроле с", F.UNDO),
    "hard_since": Field("Особо сложная с", F.PAGE | F.API | F.UNDO | F.FIGURES),
    "hard_why": Field("Что в ней особенно сложно", F.PAGE | F.UNDO | F.MENTIONS),
    "revision": Field("Версия", F.PAGE | F.API),
}


def columns(goes: Goes) -> tuple[str, ...]:
    """Names of the columns that go there, in the order of the model."""
    return tuple(name for name, field in FIELDS.items() if goes in field.goes)
