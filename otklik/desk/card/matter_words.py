"""In plain words: why cards could not be split, joined or gathered, and what became of an author's answer."""

from django.utils.translation import gettext as _

from otklik.incidents.gathering import Impossible, Why


def words_of(error: Impossible) -> str:
    """What stands in the way, and what to do about it."""
    return {
        Why.SAME: _("Это номер этой же карточки: укажите другой."),
        Why.NOISE: _("№ %d отмечена как «Не инцидент». Сначала верните её в очередь."),
        Why.OVER: _("№ %d уже закрыта. Откройте её снова или ответьте жителю на этой карточке."),
        Why.LEAVING: _("Ответ на № %d на согласовании или уже уходит. Отзовите его или дождитесь публикации."),
        Why.CLARIFYING: _("На № %d ждём уточнения жителя. Дождитесь ответа или переназначьте её."),
        Why.ANSWERED: _("На № %d уже ответили. Ответьте второму жителю отдельно, на его карточке."),
        Why.NOT_ITS_MESSAGE: _("Этого сообщения на карточке № %d нет: обновите страницу."),
        Why.NOTHING_SHARED: _("У карточек нет общего сообщения: № %d отвечает сама."),
        Why.FOLLOWS: _("№ %d уже отвечает вместе с другой. Сначала разъедините их."),
        Why.LEADS: _("С № %d вместе отвечают другие. Сначала разъедините их."),
        Why.TWICE: _("№ %d уже разделили: посмотрите, какие карточки стоят рядом."),
        Why.WATCHED: _("№ %d на контроле у руководителя: сначала он снимает её с контроля."),
        Why.APART: _("№ %d ни с кем не отвечает вместе, или на неё уже ответили."),
    }[error.why].replace("%d", str(error.number))
