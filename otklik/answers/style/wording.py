"""How easily it reads: officialese with its plain word, laws by their whole names, long sentences, chains. Pure."""

import re
from collections.abc import Iterator, Sequence

from otklik.answers.style.phrases import phrases
from otklik.answers.style.read import Reading
from otklik.answers.style.values import Fault, Level, Sentence, Word
from otklik.lib.sentence import Sentence as _

LONG_SENTENCE = 32
"""Words after which a reader has lost the beginning; the editors' usual advice is twenty to twenty-five."""
_HEAVY, _RARE = 3, 14
"""So many pieces of officialese, and one in so many words, are no accident."""
_DEED, _DEEDS = ("ние", "тие", "ация", "енция"), 4
_CHAIN = 4
"""Nouns in the genitive in a row."""

# Officialese with the plain word for it, where one fits whatever stands around.
_PLAIN = tuple(
    (phrases(*written), plain)
    for plain, written in {
        "сейчас": ("в настоящее время", "на сегодняшний день", "на данный момент", "в (данный|настоящий) момент"),
        "потому что": ("в связи с тем что",),
        "до": ("в срок до",),
        "из-за": ("ввиду",),
        "полностью": ("в полном объеме",),
    }.items()
)
_OFFICIALESE = phrases(
    *("в целях", "с целью", "посредством", "путем", "на предмет", "вышеуказанн*", "вышеизложенн*", "вышеназванн*"),
    *("нижеуказанн*", "осуществл*", "производится", "производились", "произведен*", "имеет место", "надлежащ*"),
    *("ненадлежащ*", "обеспечени*", "обеспечен*", "недопущен*", "содействи*", "уведомля*", "доводим до ~1 сведения"),
    *("сообщаем ~1 (что|следующее)", "информируем", "соответствующ*", "обусловлен*", "необходимост*", "функционир*"),
    *("нормативн*", "жизнедеятельност*", "автотранспортн*", "зелен* насажден*", "денежн* средств*", "ассигнован*"),
    *("финансов* средств*", "лимит* бюджетн*", "комплекс* (мер|работ|мероприят*)", "ответственн* (лиц*|исполнител*)"),
    *("эксплуатирующ*", "ресурсоснабжающ*", "данн* (вопрос*|обращени*|проблем*|территори*|участ*|работ*|дом*|объект*)"),
    *("указанн* (вопрос*|адрес*|участ*|территори*|работ*|дом*|объект*)", "приведени* в", "водоотведени*", "реализаци*"),
)
# Words that one may need: alone they are no fault, among the others they count.
_LIGHT = phrases(
    *("в связи с", "в соответствии с", "в ходе", "в отношении", "в адрес", "в части", "в случае", "согласно"),
    *("является", "являются", "имеется", "имеются", "мероприяти*", "эксплуат*", "устранени*", "проведени*"),
    *("выполнени*",),
    *("на основании", "при наличии", "при условии", "по факту", "по вопросу", "по данному", "прилегающ*", "придомов*"),
    *("населени*", "граждан*", "территори*", "завершени*", "прекращени*", "организаци* (работ|движени*)"),
    *("планируется к",),
)
_LAW = re.compile(
    r"\b(?:федеральн\w+ )?закон\w*(?: \S+){0,4}? (?:от \d[\d.]*\S*(?: \w+ \d{4})?(?: ?г\.?(?:ода)?)? ?)?№"
    r" ?\d+[\w-]*|№ ?\d+-?фз\b"
    r"|\b(?:постановлени|распоряжени|приказ"
    r"|решени)\w*(?: \S+){0,10}? (?:от \d\S*(?: \w+ \d{4})?(?: ?г\.?(?:ода)?)? )?№ ?\d+[\w/-]*"
    r"|\b(?:стать[а-я]+|ст\.) ?\d+(?:[. ]\d+)*|\b(?:п|пп|ч)\. ?\d+(?:[. ]\d+)* (?:ст|п|ч|стать|правил|приложен)\w*"
    r"|\b(?:жилищн|градостроительн|гражданск|земельн|трудов|лесн|водн|бюджетн"
    r"|семейн)\w+ кодекс\w*(?: российской федерации| рф)?"
    r"|\bкодекс\w* российской федерации об\b(?: \S+){2}|\bкоап(?: рф)?\b|\bсанпин\w*(?: \d\S*)?|\bсп \d+\.\d+\S*"
)
_BODY = re.compile(
    r"\b(?:государственн|муниципальн|краев|областн)\w+ (?:казенн|бюджетн|унитарн"
    r"|автономн)\w+ (?:\S+ )?(?:учреждени|предприяти)\w*"
    r"|\bобществ\w+ с ограниченной ответственностью|\b(?:публичн\w+ )?акционерн\w+ обществ\w+"
    r"|\b(?:министерств|департамент|управлени|комитет|администраци)\w*(?: [а-я-]+,?){4,} (?:кра|област|город"
    r"|район|поселени)\w+"
    r"|\bмуниципальн\w+ образовани\w+(?: \S+){1,2}"
)


def officialese(reading: Reading) -> Iterator[Fault]:
    """Each with the plain word where there is one; much of it in one text is a warning."""
    plain = [(match, word) for pattern, word in _PLAIN for match in pattern.finditer(reading.plain)]
    hard = list(_OFFICIALESE.finditer(reading.plain))
    light = list(_LIGHT.finditer(reading.plain))
    count = len(plain) + len(hard) + len(light)
    heavy = count >= _HEAVY and bool(plain or hard) and count * _RARE >= len(reading.words)
    level = Level.WARNING if heavy else Level.NOTE
    for match, word in plain:
        phrase = reading.text[match.start() : match.end()]
        instead = word.capitalize() if phrase[:1].isupper() else word
        yield Fault(
            "officialese",
            level,
            _("«%(piece)s» – канцелярит: «%(instead)s» короче.") % {"piece": phrase, "instead": word},
            *match.span(),
            instead,
        )
    for match in [*hard, *(light if heavy else ())]:
        phrase = reading.text[match.start() : match.end()]
        yield Fault(
            "officialese", level, _("«%(piece)s» – канцелярит: скажите проще.") % {"piece": phrase}, *match.span()
        )


def nouns(reading: Reading) -> Iterator[Fault]:
    """«Прекращение подачи было обусловлено необходимостью устранения»: deeds told by nouns instead of verbs."""
    for one in reading.sentences:
        deeds = [word for word in one.words if word.lemma.endswith(_DEED) and word.may_be("NOUN")]
        if len(deeds) >= _DEEDS and len(deeds) * _RARE >= len(one.words):
            words = _("Действия названы существительными: скажите глаголами, кто что делает.")
            yield Fault("officialese", Level.WARNING, words, deeds[0].start, deeds[-1].end)


def laws(reading: Reading) -> Iterator[Fault]:
    """Рязань, 2025: no whole names of laws and of bodies."""
    for match in _LAW.finditer(reading.plain):
        words = _("Закон с номером ничего не объясняет: скажите своими словами, чего он требует.")
        yield Fault("law_name", Level.WARNING, words, *match.span())
    for match in _BODY.finditer(reading.plain):
        yield Fault(
            "law_name",
            Level.WARNING,
            _("Полное название читать тяжело: назовите коротко, как говорят люди."),
            *match.span(),
        )


def sentences(reading: Reading) -> Iterator[Fault]:
    for one in reading.sentences:
        if len(one.words) > LONG_SENTENCE:
            words = _("В предложении %(count)s слов: разделите его на два или три.") % {"count": len(one.words)}
            yield Fault("long_sentence", Level.WARNING, words, one.start, one.end)


def chains(reading: Reading) -> Iterator[Fault]:
    """Participles on participles, genitives on genitives."""
    for one in reading.sentences:
        strung = [word for word in one.words if _strung(word)]
        if len(strung) >= 3:
            words = _("Причастия и деепричастия нанизаны: скажите глаголами, короткими предложениями.")
            yield Fault("chain", Level.WARNING, words, strung[0].start, strung[-1].end)
        elif row := _genitives(one):
            words = _("Длинная цепочка существительных: скажите глаголом, кто что делает.")
            yield Fault("chain", Level.WARNING, words, row[0].start, row[-1].end)


def _strung(word: Word) -> bool:
    return word.must_be("PRTF") or (word.must_be("GRND") and len(word.folded) > 4)


def _genitives(sentence: Sentence) -> Sequence[Word]:
    """The longest row of nouns in the genitive, their adjectives between them; empty when it is short."""
    best: Sequence[Word] = ()
    began, nouns = 0, 0
    for place, word in enumerate(sentence.words):
        if word.may_be("NOUN", "gent") and not word.may_be("CONJ") and not word.may_be("PREP"):
            began, nouns = began if nouns else place, nouns + 1
        elif not (nouns and word.may_be("ADJF", "gent")):
            nouns = 0
        if nouns >= _CHAIN and place + 1 - began > len(best):
            best = sentence.words[began : place + 1]
    return best
