"""What people are told of problems: why something cannot be done, and how sure the machine is of a card."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.incidents.problems import Impossible, Why

IMPOSSIBLE = {
    Why.ENDED: gettext_lazy("Проблема № %d уже не в том состоянии: обновите страницу."),
    Why.NOISE: gettext_lazy("Карточка № %d отмечена «не инцидент»."),
    Why.ELSEWHERE: gettext_lazy("Карточка № %d уже в другой проблеме."),
    Why.NOT_HERE: gettext_lazy("Карточки № %d в этой проблеме уже нет."),
    Why.SAME: gettext_lazy("Это одна и та же проблема № %d."),
    Why.NONE: gettext_lazy("Сначала отметьте карточки."),
    Why.WHOLE: gettext_lazy("Отмечены все карточки: выделять нечего."),
    Why.MANY: gettext_lazy("Слишком много карточек сразу: отметьте поменьше."),
    Why.EMPTY: gettext_lazy("Назовите проблему."),
}
REASONS = {
    "copied": gettext_lazy("те же слова"),
    "author": gettext_lazy("тот же житель"),
    "house": gettext_lazy("тот же дом"),
    "street": gettext_lazy("та же улица"),
    "spot": gettext_lazy("то же место на карте"),
    "town": gettext_lazy("тот же населённый пункт"),
    "theme": gettext_lazy("та же тема"),
    "neighbour": gettext_lazy("близкая тема"),
    "recent": gettext_lazy("в те же сутки"),
    "words": gettext_lazy("похожие слова"),
}


def told(impossible: Impossible) -> str:
    """One sentence for the person."""
    words = str(IMPOSSIBLE[impossible.why])
    return words % impossible.number if "%d" in words else words


def why(sure: int | None, reasons: str) -> str:
    """«78 %: та же улица, та же тема»; "" where a person put the card there."""
    if sure is None:
        return ""
    named = [str(REASONS[code]) for code in reasons.split() if code in REASONS]
    return _("%(sure)d %%: %(why)s") % {"sure": sure, "why": ", ".join(named)} if named else f"{sure} %"
