"""What each set of cards is called at the head of its page and in the hint of the number that opens it."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from otklik.reports.catalogue import AGREED, AMONG_THREE, DECIDED, MEASURES, OPEN_NOW, OVERDUE_NOW, STAGES
from otklik.reports.promptly import QUICKLY
from otklik.reports.sets import What

TITLES: Mapping[str, Any] = {
    What.ALL: _("Все карточки, без «не инцидент»"),
    What.RECEIVED: _("Все, что пришло, вместе с «не инцидент»"),
    What.NOISE: _("Не инцидент"),
    What.ANSWERED: _("С первым ответом"),
    What.WAITING: _("Ждут первого ответа"),
    What.CLOSED: _("Закрыты без ответа"),
    What.QUICK: format_lazy(_("Ответили {quickly}"), quickly=QUICKLY),
    What.NOT_QUICK: format_lazy(_("Не ответили {quickly}"), quickly=QUICKLY),
    What.QUICK_DUE: format_lazy(_("Ответили {quickly} или позже, или ждут дольше"), quickly=QUICKLY),
    What.WITHIN_DAY: _("Ответили за сутки"),
    What.LATE: _("Не ответили за сутки"),
    What.DUE_DAY: _("Ответили или ждут дольше суток"),
    What.SAME_DAY: format_lazy(_("Ответили за сутки, но не {quickly}"), quickly=QUICKLY),
    What.LATER: _("Ответили позже, чем за сутки"),
    What.GOOD: _("Довольны ответом: оценки 4 и 5"),
    What.BAD: _("Недовольны ответом: оценки от 1 до 3"),
    What.RATED: _("С оценкой ответа"),
    What.SAID_SOLVED: _("Житель сказал: решена"),
    What.SAID_PARTLY: _("Житель сказал: решена частично"),
    What.SAID_UNSOLVED: _("Житель сказал: не решена"),
    What.SAID: _("Житель сказал, решена ли проблема"),
    What.SOLVED: _("Решено"),
    What.EXPLAINED: _("Разъяснено"),
    What.UNSOLVED: _("Не решено"),
    What.POSTPONED: _("Отложено"),
    What.BRUSHED_OFF: _("Решаемые, которые кончились словом «разъяснено»"),
    What.NOT_BRUSHED_OFF: _("Решаемые с другим итогом"),
    What.SOLVABLE: _("Решаемые с итогом"),
    What.REOPENED: MEASURES["reopened"].title,
    What.NOT_REOPENED: _("С ответом, снова не открыты"),
    What.SECOND_IN_TIME: MEASURES["second"].title,
    What.SECOND_LATE: _("Повторный ответ не в срок"),
    What.SECOND_DUE: _("Повторный ответ дан или срок его прошёл"),
    What.RETURNED: MEASURES["returned"].title,
    What.NOT_RETURNED: _("Никто не вернул как чужое"),
    What.SENT_BACK: _("Ответ вернули с замечанием"),
    What.NOT_SENT_BACK: _("Ответ отправили, замечаний не было"),
    What.SUBMITTED: _("Ответ отправляли на согласование"),
    What.HARD: _("Особо сложные"),
    What.GATHERED: MEASURES["gathered"].title,
    What.SAME_AUTHOR: _("Тот же житель снова о том же"),
    What.WITH_AUTHOR: _("Известны житель и тема"),
    What.SAME_PLACE: _("Там же снова о том же"),
    What.WITH_PLACE: _("Известны место и тема"),
    What.KEPT: _("Обещание сдержали"),
    What.UNKEPT: _("Обещание не сдержали в срок"),
    What.PROMISED: _("Обещанный день наступил"),
    **{one.cards[0]: format_lazy(_("Прошли шаг «{step}»"), step=one.title) for one in STAGES.values()},
    OPEN_NOW: MEASURES["open"].title,
    OVERDUE_NOW: MEASURES["overdue"].title,
    AGREED: MEASURES[AGREED].title,
    AMONG_THREE: _("Взяли одну из трёх подсказок темы"),
    DECIDED: _("Тему выбрал человек"),
}
