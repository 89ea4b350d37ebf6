"""What an answer has to say: when, who, why, and that it says anything at all. Pure."""

import re
from collections.abc import Iterator

from otklik.answers.style.phrases import phrases
from otklik.answers.style.read import WHEN, Reading
from otklik.answers.style.values import Fault, Level
from otklik.lib.sentence import Sentence as _

_LATER = phrases(
    *("позже", "позднее", "дополнительно", "в ближайшее время", "в скором времени", "скоро", "вскоре", "со временем"),
    *("в кратчайшие сроки", "оперативно", "по возможности", "при первой возможности", "в дальнейшем", "в перспективе"),
)
_CALL = re.compile(
    r"\b(?:по|за)(?: \S+){0,3} (?:телефон\w*|тел\b|номеру)|(?:\+7|\b8)[ (-]{0,2}\d{3}|\b\d{1,3}-\d\d-\d\d\b"
)
_RATE = phrases(
    "(оцените|оценить|поставьте|поставить|проголосуйте) ~4 (работ*|ответ*|оценк*|балл*|качеств*|звезд*|лайк*)",
    "(спасибо|благодар*) ~2 (доверие|понимание|терпение|оценк*)",
    "надеемся ~4 (помог*|смогли|удовлетвор*|устро*|ответ*)",
    "ждем ~2 (оценк*|отзыв*)",
)
_ASKS = phrases(
    "(уточните|подскажите|напишите|пришлите|укажите|сообщите|отправьте|скажите|поясните|опишите|назовите|ответьте"
    "|расскажите|выберите|проверьте)"
)
_WHAT = phrases("в чем ~4 (вопрос*|проблем*|суть)", "чего ~3 хотели", "суть ~3 (вопрос*|проблем*|обращени*)")
_WHERE = phrases("адрес*", "улиц*", "где", "номер дома", "(каком|какой|какого) дом*")
_ADDRESS = re.compile(r"[А-ЯЁ][а-яё]{2,}(?:,? (?:д\.? ?|дом ?))?,? ?\d{1,3}\b|\b(?:ул\.|улиц\w+) ?[А-ЯЁ]")
_LEAST_WORDS, _FEW_WORDS = 8, 20


def when(reading: Reading) -> Iterator[Fault]:
    """A promise without a day, and a deed without one."""
    about = reading.about
    if about.kind == "question" or not about.solvable:
        return
    vague = next(
        (one for one in _LATER.finditer(reading.plain) if not WHEN.search(reading.sentence_at(one.start()))), None
    )
    if vague and (not reading.says_when or about.kind == "interim"):
        yield Fault("no_date", Level.WARNING, _("Когда? Назовите день, а если его нет – когда скажете."), *vague.span())
    elif reading.says_when or reading.says_never:
        return
    elif about.kind == "interim":
        yield Fault("no_date", Level.STOP, _("В промежуточном ответе скажите, к какому дню ждать решения."))
    elif reading.planned:
        yield Fault("no_date", Level.WARNING, _("Обещано, а когда – не сказано: назовите день или «срок скажем до …»."))
    elif about.outcome in ("solved", "postponed", "unsolved"):
        level = Level.NOTE if about.outcome == "solved" else Level.WARNING
        yield Fault("no_date", level, _("Скажите, когда это сделано или когда будет."))


def who(reading: Reading) -> Iterator[Fault]:
    """«Будет выполнено» without anybody who does it. «Починили вчера» says less than it could, and enough."""
    about = reading.about
    if about.kind == "question" or not about.solvable or reading.says_who or not (reading.done or reading.planned):
        return
    level = Level.WARNING if reading.impersonal else Level.NOTE
    yield Fault("no_doer", level, _("Кто это делает? Назовите службу, подрядчика или скажите «мы»."))


def why(reading: Reading) -> Iterator[Fault]:
    """A matter that could be settled ends in words: with the reason, and a day or a plain «не будет»."""
    about = reading.about
    if about.kind not in ("final", "first") or not about.solvable or about.outcome not in ("explained", "unsolved"):
        return
    if reading.settles:
        return
    if reading.says_why:
        words = _("Вопрос закрывается без решения: скажите, когда к нему вернутся, или прямо, что не будет сделано.")
        yield Fault("explained", Level.WARNING, words)
    elif reading.says_never or reading.says_when:
        yield Fault("explained", Level.WARNING, _("Вопрос закрывается без решения: назовите причину."))
    else:
        words = _(
            "Вопрос закрывается без решения: назовите причину и день или скажите прямо, что и почему не будет сделано."
        )
        yield Fault("explained", Level.STOP, words)


def anything(reading: Reading) -> Iterator[Fault]:
    """A few words are no answer to a trouble, and neither is a telephone."""
    about = reading.about
    if about.kind == "question":
        return
    if about.solvable and 0 < len(reading.words) < _LEAST_WORDS:
        yield Fault("empty", Level.WARNING, _("Из этого человек ничего не узнает: что сделано, кем и когда?"))
    call = _CALL.search(reading.plain, max(len(reading.plain) - 90, 0))
    if call and not reading.settles and (about.solvable or len(reading.words) < _FEW_WORDS):
        words = _("Телефон не заменяет ответа: скажите здесь, что и когда будет, а телефон добавьте.")
        yield Fault("phone_only", Level.WARNING, words, *call.span())


def rating(reading: Reading) -> Iterator[Fault]:
    """Рязань, 2025: who was not helped is not asked to rate the help."""
    about = reading.about
    if not about.solvable or about.outcome == "solved" or about.kind == "question":
        return
    if asked := _RATE.search(reading.plain):
        words = _("Вопрос не решён: не просите оценки и не благодарите за доверие или понимание.")
        yield Fault("rate_unsolved", Level.WARNING, words, *asked.span())


def question(reading: Reading) -> Iterator[Fault]:
    """A question back asks for something that the citizen has not said."""
    if reading.about.kind != "question":
        return
    if "?" not in reading.plain and not _ASKS.search(reading.plain):
        yield Fault(
            "question", Level.WARNING, _("Это уточняющий вопрос, а вопроса в нём нет: спросите, чего не хватает.")
        )
    elif what := _WHAT.search(reading.plain):
        words = _("Человек уже написал, в чём дело: спросите о том, чего не хватает.")
        yield Fault("question", Level.WARNING, words, *what.span())
    elif (where := _WHERE.search(reading.plain)) and _ADDRESS.search(reading.about.complaint):
        words = _("Похоже, адрес в сообщении уже есть: не спрашивайте о том, что сказано.")
        yield Fault("question", Level.WARNING, words, *where.span())


def repeated(reading: Reading) -> Iterator[Fault]:
    """The same text for twenty people, or twice for one."""
    if reading.about.is_repeat:
        yield Fault(
            "repeated", Level.WARNING, _("Этот же ответ житель уже получал: напишите о том, что он пишет теперь.")
        )
    if reading.about.same_today >= 20:
        words = _("Такой же ответ сегодня уже дан %(count)s раз: добавьте то, что касается этого человека.") % {
            "count": reading.about.same_today
        }
        yield Fault("repeated", Level.WARNING, words)
