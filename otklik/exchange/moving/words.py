"""Their words and our codes, both ways. Pure.

States, kinds, outcomes and reasons are named as `otklik/incidents/models.py` and `otklik/themes/models.py` code them.
"""

DONE, RATING, WORK, NOISE, NEW = "done", "rating", "in_work", "noise", "new"

_STEPS = {
    DONE: ("готово", "закрыт", "закрыто", "завершен", "завершено"),
    RATING: ("оценка удовлетворенности",),
    NOISE: ("не инцидент", "отклонен", "отклонено", "спам"),
    NEW: ("новый", "новая", "новое", "модерация", "на модерации", "распределение", "координация"),
    WORK: (
        "назначен", "назначение исполнителя", "в работе", "на исполнении", "исполнение", "подготовка ответа",
        "на согласовании", "согласование", "публикация", "публикация ответа", "на публикации", "отложен", "отложено",
        "ждем уточнения автора", "уточнение", "доработка", "на доработке",
    ),
}  # fmt: skip
_KINDS = {"решаемый": "solvable", "не решаемый": "unsolvable", "информационный": "informational"}
_OUTCOMES = {"решено": "solved", "разъяснено": "explained", "не решено": "unsolved", "отложено": "postponed"}
_REASONS = {
    "нет ответа от автора": "silence",
    "автор доволен": "satisfied",
    "дальнейший диалог нецелесообразен": "pointless",
    "оценка в опросе": "score",
    "объединен с другим инцидентом": "gathered",
    "удалено автором или в источнике": "deleted",
    "ответ не требуется": "no_answer_needed",
}
STEP_WORDS = {
    "new": "Новый",
    "noise": "Не инцидент",
    "assigned": "Назначен",
    "in_work": "В работе",
    "clarifying": "Ждём уточнения автора",
    "approval": "На согласовании",
    "publishing": "Публикация",
    "postponed": "Отложен",
    "rating": "Оценка удовлетворенности",
    "done": "Готово",
}
KIND_WORDS = {"solvable": "Решаемый", "unsolvable": "Не решаемый", "informational": "Информационный"}
OUTCOME_WORDS = {
    "solved": "Решено",
    "explained": "Разъяснено",
    "unsolved": "Не решено",
    "postponed": "Отложено",
}
REASON_WORDS = {
    "silence": "Нет ответа от автора",
    "satisfied": "Автор доволен",
    "pointless": "Дальнейший диалог нецелесообразен",
    "score": "Оценка в опросе",
    "gathered": "Объединён с другим инцидентом",
    "deleted": "Удалено автором или в источнике",
    "no_answer_needed": "Ответ не требуется",
}
YES, NO, UNKNOWN = "Да", "Нет", "-"
_BY_STEP = {word: code for code, words in _STEPS.items() for word in words}


def step_of(text: str) -> str:
    """NEW, WORK, RATING, DONE or NOISE; "" for a step that nobody knows."""
    return _BY_STEP.get(_plain(text), "")


def kind_of(text: str) -> str:
    return _KINDS.get(_plain(text).replace("нереш", "не реш"), "")


def outcome_of(text: str) -> str:
    return _OUTCOMES.get(_plain(text), "")


def reason_of(text: str) -> tuple[str, int]:
    """The reason's code with the mark, 1 to 5, where the reason is a score; ("", 0) for one that nobody knows."""
    plain = _plain(text)
    if len(plain) == 1 and plain in "12345":
        return "score", int(plain)
    return _REASONS.get(plain, ""), 0


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split()).rstrip(".")
