"""Why a verb did nothing, in the reader's language: a sentence for each code that the layers below raise."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.acts import NotAnAct
from otklik.answers.drafts import Stale, Unfit
from otklik.answers.models import Answer
from otklik.feedback.closing import Unready
from otklik.feedback.word import AlreadyDealt
from otklik.incidents.gathering import Impossible, Why
from otklik.incidents.models import State
from otklik.incidents.taking import NotFree
from otklik.incidents.watching import Over
from otklik.incidents.workflow import MOVES, NotAllowed, UnderControl
from otklik.lib.pictures import NotAPicture
from otklik.people.models import User
from otklik.publishing.fate import WrongLink
from otklik.routing.extensions import Untimely
from otklik.routing.outside import Closed, Standing
from otklik.routing.passing import NotThere
from otklik.work.translated import translated
from otklik.work.verb import Refused

RETURN_REASONS = {
    "not_our_matter": gettext_lazy("Не наши полномочия"),
    "not_our_place": gettext_lazy("Не наша территория"),
    "another_agency": gettext_lazy("Этим занимается другая организация"),
    "already_answered": gettext_lazy("Жителю уже ответили"),
}
UNTIMELY = {
    "past": gettext_lazy("Этот день уже прошёл: выберите другой."),
    "far": gettext_lazy("Срок можно продлить не больше чем на 90 дней."),
    "earlier": gettext_lazy("Этот день не позже нынешнего срока: выберите более поздний."),
    "asked": gettext_lazy("Продлить срок уже попросили: дождитесь решения."),
    "decided": gettext_lazy("Эту просьбу уже решили. Ничего не сделано."),
    "no_clock": gettext_lazy("Ответ уже дан: продлевать нечего."),
    "promise": gettext_lazy("Жителю уже назван день: новый скажите ему промежуточным ответом («Новый срок»)."),
    "state": gettext_lazy("Карточка уже не у вас в работе: продлить срок нельзя."),
}
_OF_WHAT_WAS_ASKED = ("past", "far", "earlier")
NOT_THERE = {
    "same": gettext_lazy("Карточка и так у этого ведомства: выберите другое."),
    "returned": gettext_lazy("Это ведомство уже сказало «не наше». Выберите другое или верните карточку оператору."),
}
CLOSED = {
    "state": gettext_lazy("Карточка за это время изменилась: спрашивать больше не о чем. Ничего не сделано."),
    "many": gettext_lazy("По этой карточке уже ждут ответа на 10 вопросов: сначала отзовите лишние ссылки."),
    "agency": gettext_lazy("Это ведомство спросить нельзя: выберите другое."),
    Standing.ANSWERED: gettext_lazy("Исполнитель уже ответил. Ничего не сделано."),
    Standing.REFUSED: gettext_lazy("Ведомство уже сказало «не наше». Ничего не сделано."),
    Standing.REVOKED: gettext_lazy("Ссылку уже отозвали. Ничего не сделано."),
}
IMPOSSIBLE = {
    Why.SAME: gettext_lazy("Это номер этой же карточки: укажите другой."),
    Why.NOISE: gettext_lazy("№ %d отмечена как «Не инцидент». Сначала верните её в очередь."),
    Why.OVER: gettext_lazy("№ %d уже закрыта. Откройте её снова или ответьте жителю на этой карточке."),
    Why.LEAVING: gettext_lazy("Ответ на № %d на согласовании или уже уходит. Отзовите его или дождитесь публикации."),
    Why.CLARIFYING: gettext_lazy("На № %d ждём уточнения жителя. Дождитесь ответа или переназначьте её."),
    Why.ANSWERED: gettext_lazy("На № %d уже ответили. Ответьте второму жителю отдельно, на его карточке."),
    Why.NOT_ITS_MESSAGE: gettext_lazy("Этого сообщения на карточке № %d нет: обновите страницу."),
    Why.NOTHING_SHARED: gettext_lazy("У карточек нет общего сообщения: № %d отвечает сама."),
    Why.FOLLOWS: gettext_lazy("№ %d уже отвечает вместе с другой. Сначала разъедините их."),
    Why.LEADS: gettext_lazy("С № %d вместе отвечают другие. Сначала разъедините их."),
    Why.TWICE: gettext_lazy("№ %d уже разделили: посмотрите, какие карточки стоят рядом."),
    Why.WATCHED: gettext_lazy("№ %d на контроле у руководителя: сначала он снимает её с контроля."),
    Why.APART: gettext_lazy("№ %d ни с кем не отвечает вместе, или на неё уже ответили."),
}


def took(user: User) -> str:
    """«Иванова М. П. взяла»: the verb goes by the patronymic, where it tells."""
    ending = user.patronymic.strip().lower()
    if ending.endswith(("на", "кызы", "гызы")):
        return _("%s взяла") % user.initials
    if ending.endswith(("ич", "оглы")):
        return _("%s взял") % user.initials
    return _("%s взял(а)") % user.initials


def _not_allowed(error: NotAllowed) -> tuple[int, str]:
    verb = translated(MOVES[error.verb].title) if error.verb in MOVES else error.verb
    words = _("Карточка уже в состоянии «%(state)s»: «%(verb)s» больше нельзя. Ничего не сделано.")
    return 409, words % {"state": State(error.state).label, "verb": verb}


def _not_free(error: NotFree) -> tuple[int, str]:
    if error.holder is None:
        return 409, _("Карточку уже разобрали. Ничего не сделано.")
    return 409, _("%s: сначала заберите карточку себе.") % took(error.holder)


def _stale(error: Stale) -> tuple[int, str]:
    words = _("Ответ уже изменили: сейчас он «%s». Ничего не сделано. Посмотрите карточку и решите заново.")
    return 409, words % Answer.State(error.theirs.state).label


_UNDER_CONTROL = gettext_lazy(
    "Карточка на контроле у руководителя: сначала он снимает её с контроля. Ничего не сделано."
)
_AGAINST: dict[type[Exception], Callable[[Any], tuple[int, Any]]] = {
    Refused: lambda error: (error.status, error.words),
    UnderControl: lambda _error: (409, _UNDER_CONTROL),
    NotAllowed: _not_allowed,
    NotFree: _not_free,
    Stale: _stale,
    **dict.fromkeys((Unfit, WrongLink, NotAPicture, NotAnAct), lambda error: (422, translated(str(error)))),
    Unready: lambda _error: (422, gettext_lazy("У карточки нет типа или итога: без них её не закрыть.")),
    Untimely: lambda error: (422 if error.why in _OF_WHAT_WAS_ASKED else 409, UNTIMELY[error.why]),
    NotThere: lambda error: (409, NOT_THERE[error.why]),
    Closed: lambda error: (409, CLOSED[error.why]),
    Impossible: lambda error: (409, str(IMPOSSIBLE[error.why]).replace("%d", str(error.number))),
    Over: lambda _error: (409, gettext_lazy("Карточка уже закончена: контролировать нечего.")),
    AlreadyDealt: lambda _error: (409, gettext_lazy("Этот отклик уже разобрали. Ничего не сделано.")),
}
CONFLICTS = tuple(_AGAINST)
"""What verbs raise when they did nothing."""


def against(error: Exception) -> tuple[int, str]:
    """The status of a verb that raised one of CONFLICTS, and why nothing was done, in the reader's language."""
    kind = next(one for one in type(error).__mro__ if one in _AGAINST)
    status, words = _AGAINST[kind](error)
    return status, str(words)
