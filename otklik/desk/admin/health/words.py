"""The machinery in plain words: steps, errors, and moments to the second."""

import inspect
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.format import ago, duration
from otklik.lib.due import CRASHED
from otklik.lib.redact import redact
from otklik.networks import errors
from otklik.work.translated import translated

STEPS = {
    "fetch": gettext_lazy("Чтение источников"),
    "take-in": gettext_lazy("Приём прочитанного"),
    "check-hint": gettext_lazy("Проверка событий"),
    "reconcile": gettext_lazy("Сверка с сетями"),
    "names": gettext_lazy("Имена жителей"),
    "copy-picture": gettext_lazy("Копии снимков"),
    "judge": gettext_lazy("Разбор сообщений"),
    "suggest": gettext_lazy("Подсказка ведомства"),
    "watch": gettext_lazy("Контроль сроков"),
    "control": gettext_lazy("Карточки на контроле"),
    "spread": gettext_lazy("Общие ответы"),
    "prepare": gettext_lazy("Подготовка к отправке"),
    "send": gettext_lazy("Отправка ответов"),
    "open-survey": gettext_lazy("Вопрос жителю, помогло ли"),
    "hear": gettext_lazy("Новые слова жителя"),
    "close-silent": gettext_lazy("Закрытие по молчанию жителя"),
    "alerts": gettext_lazy("Кого и о чём оповестить"),
    "chase": gettext_lazy("Напомнить следующему"),
    "hear-colleague": gettext_lazy("Что сотрудники пишут боту"),
    "post": gettext_lazy("Отправка оповещений"),
    "hooks": gettext_lazy("О чём сообщить другим программам"),
    "tell": gettext_lazy("Вызов других программ"),
    "plan-report": gettext_lazy("Расписание отчётов"),
    "post-report": gettext_lazy("Отправка отчётов"),
    "index": gettext_lazy("Слова для поиска"),
    "registers": gettext_lazy("Обещания и те, кому не ответили"),
    "problems": gettext_lazy("Общие проблемы"),
    "seal": gettext_lazy("Печати журнала"),
    "bind": gettext_lazy("Счёт для статистики"),
    "forget": gettext_lazy("Что хранить больше не нужно"),
    "chores": gettext_lazy("Плановые работы"),
}

# The texts of these are written for people; those of any other class are for whoever mends the program.
FOR_PEOPLE = {name for name, _class in inspect.getmembers(errors, inspect.isclass)} - {"Broken"}


def step_title(name: str) -> str:
    """A step nobody has words for is called by its name in the code."""
    return str(STEPS.get(name, name))


def plain(error: str) -> str:
    """What stands in a row's `error`, for a person: once more without secrets, without the names of classes."""
    clean = translated(redact(error)).strip()
    if clean == CRASHED:
        return _("Трижды обрывает работу обработчика.")
    kind, colon, words = clean.partition(": ")
    if colon and kind in FOR_PEOPLE:
        return words
    return _("Ошибка в программе: %s") % clean if clean else ""


def exactly_ago(moment: datetime, now: datetime) -> str:
    """«12 с назад» within a minute, then as everywhere: «3 мин назад». What has happened never lies ahead, whatever
    another machine's clock says."""
    seconds = max(round((now - moment).total_seconds()), 0)
    return ago(moment, now) if seconds >= 60 else _("%d с назад") % seconds


def exactly_until(moment: datetime, now: datetime) -> str:
    """«через 12 с» within a minute, then «через 3 мин», of what is still to come."""
    seconds = max(round((moment - now).total_seconds()), 1)
    return _("через %s") % duration(seconds) if seconds >= 60 else _("через %d с") % seconds
