"""Brush-offs: the person is sent on, or told what became of his paper and nothing of the matter. Pure.

Рязань, 2025: never send a person to another body, forward it yourself and say so. A brush-off beside an answer that
settles the matter is a warning; alone it stops.
"""

from collections.abc import Iterator

from otklik.answers.style.phrases import phrases
from otklik.answers.style.read import Reading
from otklik.answers.style.values import Fault, Level
from otklik.lib.sentence import Sentence as _

_TURN = (
    "(обратитесь|обращайтесь|обращаться|обратиться|адресуйте|направьте|направляйте|подайте|подать|оставьте|оставить"
    "|напишите|написать|заполните|оформите|оформить|уточните|уточняйте|уточнить|узнать|решается|решайте|спрашивайте)"
)
_OFFICE = (
    "(администраци*|управлени*|отдел*|комитет*|министерств*|департамент*|служб*|компани*|орган*|инспекци*|мфц"
    "|прокуратур*|суд*|учреждени*|организаци*|ук|тсж|приемн*|регистратур*|жэу|предприяти*|оператор*|пенсион*|соцзащит*"
    "|сфр|гжи|водоканал*|гаи|гибдд|сайт*|портал*|госуслуг*|руководител*|глав*|заведующ*|страхов*|балансодержател*"
    "|собственник*|застройщик*|перевозчик*|старост*|депутат*)"
)
_SENT_ON = phrases(
    f"{_TURN} ~4 (в|во|к|ко|на|через) ~3 {_OFFICE}",
    f"{_TURN} ~3 (заявлени*|обращени*|заявк*|жалоб*|письменн*)",
    f"{_TURN} ~3 по (телефон*|тел|номеру|месту)",
    "(рекоменду*|предлага*|совету*|просим|следует|необходимо|нужно|надо|вправе|можете|должны|стоит) ~4"
    " (обратиться|обращаться|подать|написать|адресовать)",
)
_PAPER = "(обращени*|сообщени*|комментари*|вопрос*|жалоб*|заявк*|информаци*|письмо|проблем*)"
_HANDLED = "(рассмотрен*|принят*|зарегистрирован*|направлен*|передан*|взят*|перенаправлен*|учтен*|доведен*|поступил*)"
_EMERGENCY = phrases("(112|101|102|103|104)", "скор*", "врач*", "аварийн*", "диспетчерск*", "экстренн*")
_IF = phrases("если", "при", "в случае", "когда")
_ADVICE = (
    (
        _("«В рамках компетенции» ничего не говорит человеку: скажите, что сделано или будет сделано."),
        phrases("в (рамках|пределах) ~2 (компетенци*|полномочи*)"),
    ),
    (
        _("Человеку всё равно, чья это обязанность: скажите, кому вы передали вопрос и когда ждать ответа."),
        phrases("не (входит|относится|находится|является|наделен*) ~3 (компетенци*|полномочи*|ведени*)"),
    ),
    (
        _("Это о судьбе бумаги, а не о деле: скажите, что сделано, кем и когда."),
        phrases(
            f"{_PAPER} ~4 {_HANDLED}",
            f"{_HANDLED} ~3 {_PAPER}",
            "(принят*|принимаем|примем|взят*) к сведению",
            "(в|для) (работе|работу|рассмотрения|проработки|проработку)",
        ),
    ),
    (
        _("«На контроле» ничего не обещает: скажите, что, кто и к какому дню сделает."),
        phrases("(взят*|поставлен*|находится|держ*) ~2 (на|под) ~2 контрол*"),
    ),
    (
        _("Какие именно меры? Назовите, что делают, кто и к какому дню."),
        phrases("(принима*|принят*) ~2 мер*", "(проводится|ведется) ~1 работа"),
    ),
    (
        _("«В установленном порядке» – это когда? Назовите день или срок."),
        phrases("в (установленном|общем|плановом|рабочем) порядке", "по мере (возможност*|поступлени*|финансир*)"),
    ),
)
_SORRY = phrases("(приносим|просим) ~3 (извинени*|прощени*)")


def formal(reading: Reading) -> Iterator[Fault]:
    """Where the person is sent on, and where papers stand for deeds. A clarifying question does neither."""
    if reading.about.kind == "question":
        return
    yield from _sent_on(reading)
    if reading.settles and reading.says_when and reading.says_who:
        return
    level = Level.WARNING if reading.settles or not reading.about.solvable else Level.STOP
    for words, pattern in _ADVICE:
        for match in pattern.finditer(reading.plain):
            yield Fault("formal", level, words, *match.span())
    for match in _SORRY.finditer(reading.plain) if not reading.settles else ():
        words = _("Извинение не заменяет ответа: скажите, что сделано или когда будет.")
        yield Fault("formal", level, words, *match.span())


def _sent_on(reading: Reading) -> Iterator[Fault]:
    """An emergency number sends nobody away, nor does «если что» beside a real answer. Whoever asks how to do something
    is told where."""
    for match in _SENT_ON.finditer(reading.plain):
        sentence = reading.sentence_at(match.start())
        if _EMERGENCY.search(sentence):
            continue
        aside = not reading.about.solvable or (reading.settles and _IF.search(sentence) is not None)
        level = Level.NOTE if aside else Level.WARNING if reading.settles else Level.STOP
        words = _("Не отправляйте человека в другое место: передайте вопрос сами и скажите, кому и когда ждать ответа.")
        yield Fault("formal", level, words, *match.span())
