"""What is wanted of a card's agency, in plain words and until when."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.format import ago, duration, short_moment, working_duration
from otklik.incidents.models import Incident, State
from otklik.routing.deadlines import TooFar, WorkWeek, working_seconds
from otklik.routing.models import Deadline

SOON = 3600
ANSWER, REMARK, PROMISE, APPROVAL, ASKED, ANSWERED = range(6)
_OURS = (ANSWER, REMARK, PROMISE)

_IN_TIME = {
    ANSWER: gettext_lazy("Ответить жителю до %(until)s, осталось %(left)s"),
    REMARK: gettext_lazy("Исправить по замечанию до %(until)s, осталось %(left)s"),
    PROMISE: gettext_lazy("Показать, что обещание выполнено, до %(until)s, осталось %(left)s"),
    APPROVAL: gettext_lazy("Ждём согласующего, срок ответа %(until)s"),
    ASKED: gettext_lazy("Ждём ответа жителя до %(until)s"),
}
_LATE = {
    ANSWER: gettext_lazy("Ответить жителю сейчас: просрочено на %(left)s, срок был %(until)s"),
    REMARK: gettext_lazy("Исправить по замечанию сейчас: просрочено на %(left)s"),
    PROMISE: gettext_lazy("Показать, что обещание выполнено: обещали до %(until)s, прошло %(left)s"),
    APPROVAL: gettext_lazy("Ждём согласующего, срок ответа прошёл %(left)s назад"),
    ASKED: gettext_lazy("Житель не ответил до %(until)s, карточка вернётся оператору"),
}
_WITHOUT_CLOCK = {
    ANSWER: gettext_lazy("Ответить жителю, срок не задан"),
    REMARK: gettext_lazy("Исправить по замечанию"),
    PROMISE: gettext_lazy("Обещано без даты: уточните срок"),
    APPROVAL: gettext_lazy("Ждём согласующего"),
    ASKED: gettext_lazy("Ждём ответа жителя"),
}


def wanted(
    incident: Incident, want: int, deadline: Deadline | None, week: WorkWeek | None, now: datetime
) -> tuple[str, str]:
    """The sentence, and its tone: late, soon or ""."""
    if want == ANSWERED:
        return _after(incident, now), ""
    if deadline is None or week is None:
        return str(_WITHOUT_CLOCK[want]), ""
    left = _left(deadline, week, now)
    late = now > deadline.limit_at
    told = {
        "until": short_moment(localtime(deadline.limit_at), localtime(now)),
        "left": working_duration(left, week.usual_day) if deadline.working else duration(left),
    }
    words = str((_LATE if late else _IN_TIME)[want]) % told
    if late:
        return words, "late" if want in _OURS else "soon"
    return words, "soon" if left <= SOON and want in _OURS else ""


def _left(deadline: Deadline, week: WorkWeek, now: datetime) -> int:
    """Seconds to the limit, or since it; working ones where the clock counts so. Never negative."""
    first, last = sorted((now, deadline.limit_at))
    if deadline.working:
        try:
            return working_seconds(first, last, week)
        except TooFar:
            pass  # a clock set wrong by centuries is still shown, by the wall
    return int((last - first).total_seconds())


def _after(incident: Incident, now: datetime) -> str:
    when = ago(incident.first_answered_at, now) if incident.first_answered_at else ""
    if incident.state == State.RATING:
        return _("Ответ опубликован %s, ждём, что скажет житель") % when
    outcome = incident.get_outcome_display().lower() if incident.outcome else _("закрыто")
    return _("Ответ опубликован %(when)s, итог: %(outcome)s") % {"when": when, "outcome": outcome}
