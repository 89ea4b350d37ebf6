"""What a person does next, by the cause for which an answer does not stand there."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.publishing.models import Delivery

C, H = Delivery.Cause, Delivery.Hold


@dataclass(frozen=True, slots=True)
class Advice:
    """`title` is why, `next` what to do; `again`: once that is done, the same answer may be sent as it is."""

    title: Any
    next: Any
    again: bool = False


ADVICE: dict[str, Advice] = {
    C.GONE: Advice(
        _("Житель удалил комментарий"),
        _("Отвечать не на что. Решите: закрыть карточку без ответа или ответить под другим его сообщением."),
    ),
    C.CHANGED: Advice(
        _("Комментарий изменился после согласования"),
        _("Ответ снова у согласующего: он видит оба текста и решает, подходит ли ответ."),
    ),
    C.CLOSED: Advice(
        _("Здесь не отвечают"),
        _("Комментарии закрыты или житель не принимает сообщений. Попросите открыть их или ответьте иначе."),
        again=True,
    ),
    C.BANNED: Advice(
        _("Нас не пускают"),
        _("Сообщество заблокировало наш аккаунт или не даёт ему прав. Договоритесь с его администратором."),
        again=True,
    ),
    C.CENSOR: Advice(_("Сети не понравился текст"), _("Перепишите ответ другими словами и согласуйте его заново.")),
    C.TEXT: Advice(
        _("Сеть не берёт такой ответ"),
        _("Он длиннее, чем можно, или в нём ссылка или снимок, которых сеть не берёт. Исправьте и согласуйте заново."),
    ),
    C.CAPTCHA: Advice(
        _("Сеть просит подтвердить, что пишет человек"),
        _("Войдите в сеть под этим аккаунтом и подтвердите, потом отправьте снова. Срочно: опубликуйте вручную."),
        again=True,
    ),
    C.TOKEN: Advice(
        _("У аккаунта не действует ключ доступа"),
        _("Администратору: обновите ключ. Потом ответы уйдут сами за несколько минут, а отсюда сразу."),
        again=True,
    ),
    C.BUDGET: Advice(
        _("Исчерпан лимит сети"), _("Ответ уйдёт сам, когда лимит обновится. Срочно: опубликуйте вручную."), again=True
    ),
    C.LEGAL: Advice(
        _("Публикация в этой сети выключена"),
        _("Ответ уйдёт сам, когда администратор включит публикацию. До того его публикуют вручную."),
        again=True,
    ),
    C.UNKNOWN: Advice(
        _("Не знаем, дошло ли"),
        _("Откройте карточку и обсуждение. Ответ там: вставьте ссылку. Его нет: отправьте ещё раз."),
    ),
    C.UNREAD: Advice(
        _("Комментарий не удалось перечитать"),
        _("Сеть не показала комментарий. Проверьте, что он на месте, и отправьте снова."),
        again=True,
    ),
    C.VOICE: Advice(
        _("Некому ответить в этой сети"),
        _("Когда администратор добавит или включит аккаунт, ответ уйдёт сам. Срочно: опубликуйте вручную."),
    ),
    C.OTHER: Advice(
        _("Другая причина"), _("Прочтите слова сети, откройте карточку и решите: опубликовать вручную или исправить.")
    ),
}


REST = _(
    "Часть ответа уже в сети. Отправьте следующую снова, опубликуйте её вручную или решите остальное не публиковать."
)
_GOES_ON = (C.TOKEN, C.BUDGET, C.LEGAL, C.UNKNOWN, C.VOICE)


def advice_of(cause: str, rest: bool) -> Advice:
    """For a cause of the list. `rest`: a part of the answer stands there, so that it can be neither rewritten nor
    dropped as a whole; what goes on by itself, and what nobody knows, is dealt with as ever."""
    known = ADVICE[cause]
    return replace(known, next=REST) if rest and cause not in _GOES_ON else known


def cause_of(cause: str, state: str, hold: str) -> str:
    """The cause, also of what was held before causes were noted."""
    if cause or state == Delivery.State.REFUSED:
        return cause
    if state == Delivery.State.UNKNOWN:
        return C.UNKNOWN
    return {H.TOKEN: C.TOKEN, H.LEGAL: C.LEGAL, H.BUDGET: C.BUDGET, H.CAPTCHA: C.CAPTCHA}.get(H(hold), C.OTHER)
