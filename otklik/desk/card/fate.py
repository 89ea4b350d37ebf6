"""What became of an approved answer, in plain words, and what a person has to do about it."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from otklik.desk.operator.delivery_advice import ADVICE, advice_of
from otklik.publishing.models import Delivery
from otklik.work.translated import translated

D, H = Delivery.State, Delivery.Hold


@dataclass(frozen=True, slots=True)
class Fate:
    """`tone` is good, busy, warn, bad or calm; `advice` is what to do, "" when nothing is to be done."""

    tone: str
    title: str
    advice: str = ""
    network_words: str = ""


def fate_of(state: str, hold: str, words: str, waiting_for_undo: bool, cause: str = "", rest: bool = False) -> Fate:
    """`state` "" means that the answer is approved and no delivery has been made of it yet.

    `words` are the delivery's own: Russian, as they were written. A known `cause` has its own words and its own advice.
    `rest`: a part of the answer stands there already.
    """
    words = translated(words)
    known = advice_of(cause, rest) if cause in ADVICE and cause else None
    if known is not None and (state == D.REFUSED or (state == D.QUEUED and hold in (H.PERSON, H.BY_HAND))):
        return Fate("bad" if state == D.REFUSED else "warn", str(known.title), str(known.next), words)
    if state in ("", D.QUEUED):
        return _queued(hold, words, waiting_for_undo)
    if state == D.SENDING:
        return Fate("busy", _("Отправляется"), _("Обычно это несколько секунд."))
    if state == D.UNKNOWN:
        return _unknown(hold, words)
    if state == D.SENT:
        return Fate("good", _("Опубликовано"))
    if state == D.REFUSED:
        return Fate("bad", _("Сеть отказала"), _("Исправьте ответ и отправьте его снова."), words)
    return Fate("calm", _("Отозвано до отправки"))


def fate_of_parts(fate: Fate, published_count: int, parts: int) -> Fate:
    """The fate of an answer in so many `parts`, of which `published_count` stand there; `fate` is that of the next."""
    if parts < 2 or not published_count:
        return fate
    params = {"said": published_count, "parts": parts}
    if fate.tone == "good":
        title = (
            _("Опубликовано, частей: %(parts)d")
            if published_count == parts
            else _("Опубликовано частей: %(said)d из %(parts)d")
        )
        return replace(fate, title=title % params)
    return replace(fate, title=f"{_('Сказано частей: %(said)d из %(parts)d') % params}. {fate.title}")


def part_title(state: str) -> str:
    """What became of a part that is not the one on its way."""
    if state == D.SENT:
        return _("опубликовано")
    return _("не публикуется") if state == D.RECALLED else _("ждёт своей очереди")


def _unknown(hold: str, words: str) -> Fate:
    if hold == H.PERSON:
        return Fate(
            "warn",
            _("Не знаем, дошло ли"),
            _("Откройте обсуждение и посмотрите. Ответ там: вставьте ссылку. Его нет: отправьте ещё раз."),
            words,
        )
    return Fate(
        "busy",
        _("Проверяем, дошло ли"),
        _("Связь прервалась во время отправки. Смотрим в сети, прежде чем говорить снова."),
        words,
    )


def _queued(hold: str, words: str, waiting_for_undo: bool) -> Fate:
    if hold in (H.NONE, H.UNDO):
        advice = _("Пока не ушло, согласование можно отменить.") if waiting_for_undo else ""
        return Fate("busy", _("Ждёт отправки"), advice, words)
    if hold == H.MOMENT:
        return Fate("busy", _("Ждёт назначенного времени"), _("Пока не ушло, согласование можно отменить."), words)
    title, advice = {
        H.CAPTCHA: (
            _("Сеть просит подтвердить, что пишет человек"),
            _("Опубликуйте ответ вручную и вставьте ссылку."),
        ),
        H.TOKEN: (
            _("У аккаунта не действует ключ доступа"),
            _("Администратору: обновите ключ, и ответ уйдёт сам. Срочно: опубликуйте вручную."),
        ),
        H.LEGAL: (_("Публикация в этой сети выключена"), _("Опубликуйте ответ вручную и вставьте ссылку.")),
        H.BUDGET: (_("Исчерпан лимит сети"), _("Ответ уйдёт, когда лимит обновится.")),
        H.PERSON: (
            _("Нужно ваше решение"),
            _("Проверьте, нет ли ответа в обсуждении, и отправьте ещё раз или вставьте ссылку."),
        ),
        H.BY_HAND: (_("Публикуется вручную"), _("Скопируйте текст, опубликуйте его и вставьте ссылку.")),
        H.TURN: (_("Ждёт своей очереди"), _("Уйдёт само, когда в сети появится то, что сказано раньше.")),
    }.get(H(hold), (_("Задержано"), ""))
    repeats_title = words.strip(" .").lower() == title.lower()
    return Fate("busy" if hold == H.TURN else "warn", title, advice, "" if repeats_title else words)
