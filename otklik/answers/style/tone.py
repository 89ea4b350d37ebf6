"""How it sounds: anger, shouting. Pure."""

import re
from collections.abc import Iterator

from otklik.answers.style.phrases import phrases
from otklik.answers.style.read import Reading
from otklik.answers.style.values import Fault, Level
from otklik.lib.sentence import Sentence as _
from otklik.lib.text import tags

_INSULT = phrases(
    *("бред", "чуш*", "врань*", "врете", "лжете", "ложь", "клевет*", "нытик*", "ныть", "хамств*", "хамить", "истери*"),
    *("идиот*", "дурак*", "глупост*", "диванн*", "троллит*", "провокаци*", "провокатор*", "стыдно", "бесстыд*"),
    "ответственност* за ~3 (ложн*|клевет*|заведомо|недостоверн*|распростран*|оскорбл*)",
    "(заблокируем|забаним|в бан|удалим ваш*|привлечем)",
)
_BLAME = phrases(
    "сам* ~1 (виноват*|мусор*|разводите|разбросал*|разбрасыва*|ломаете|ломал*)",
    "(бросают|мусорят|ломают|гадят|портят) ~1 сами (жители|люди)",
    *("начните с себя", "следите за собой", "между прочим", "представьте себе", "волшебн* палочк*", "волшебник*"),
    "хватит ~1 (жаловаться|писать|ныть|возмущаться|врать)",
    "не надо ~1 (писать|выдум*|врать|жалова*|ныть|возмуща*|преувелич*|указыв*|сочин*)",
    "прежде чем ~1 (писать|жаловаться|возмущаться|обвинять|задавать|спрашивать)",
    "вам ~3 (не раз|неоднократно|сто раз|много раз|десять раз|русским языком|дважды|трижды)",
    *("(который|сотый|очередной|последний) раз", "одно и то же", "зачем (писать|спрашивать|задавать|жаловаться)"),
    *(
        "научитесь",
        "учитесь",
        "выучите",
        "(читайте|смотрите|изучите) ~1 внимательн*",
        "внимательнее (читайте|смотрите)",
    ),
    *("если бы вы", "не нравится", "кто вам (мешает|сказал|обещал)", "раз уж вы", "видимо вы", "вам делать нечего"),
    *("ваши (фантазии|выдумки|эмоции|претензии|домыслы)", "эмоци*", "выдум*", "голословн*", "надуман*"),
    *("вам (виднее|кажется|показалось|лень|нечем)", "очевидно* (же|даже|любому|каждому)", "любому (здравом*|понятно)"),
    *("сначала ~1 (научит*|уберите|прочит*|посмотрите)", "ничего страшного", "неужели", "потерпите", "не развалитесь"),
    *(
        "наберитесь",
        "пора бы",
        "еще раз повтор*",
        "повторяем (еще|для)",
        "жаловаться",
        "жалуетесь",
        "возмуща*",
        "паник*",
    ),
)
_SIGNS = re.compile(r"[!?]{2,}|!(?:[^!]*!){3,}")
_SHOUT = re.compile(r"\b[А-ЯЁ]{4,}\b")


def anger(reading: Reading) -> Iterator[Fault]:
    """Insults and threats stop; blame and lecturing are a warning."""
    for match in _INSULT.finditer(reading.plain):
        yield Fault("anger", Level.STOP, _("Так с человеком не говорят: уберите упрёк или угрозу."), *match.span())
    for match in _BLAME.finditer(reading.plain):
        yield Fault("anger", Level.WARNING, _("Похоже на упрёк или поучение: скажите о деле."), *match.span())
    if signs := _SIGNS.search(reading.plain):
        yield Fault("anger", Level.NOTE, _("Восклицания звучат как крик: хватит точки."), *signs.span())


def shouting(reading: Reading) -> Iterator[Fault]:
    """Words in capitals; an abbreviation is none, nor is the name of a firm in quotes."""
    letters = [sign for sign in reading.text if sign.isalpha()]
    upper = sum(sign.isupper() for sign in letters)
    if len(letters) > 20 and upper * 2 > len(letters):
        yield Fault("caps", Level.STOP, _("Текст из заглавных букв читается как крик."), 0, len(reading.text))
        return
    for match in _SHOUT.finditer(reading.text):
        if reading.text[max(match.start() - 1, 0)] not in '«"' and _is_word(match.group()):
            words = _("Слово заглавными буквами звучит как крик.")
            yield Fault("caps", Level.WARNING, words, *match.span(), match.group().lower())


def _is_word(shouted: str) -> bool:
    """In the dictionary, and not as an abbreviation."""
    readings = tags(shouted.lower().replace("ё", "е"))
    return bool(readings) and not any("Abbr" in one for one in readings)
