"""An answer read once for all rules: its sentences, its words, and whether it says who does what and when. Pure.

What it says is looked for by words and endings, and no rule rests on one of them alone: a text that says «завтра» has a
day, whether or not the right thing happens on it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

from otklik.answers.style.phrases import phrases
from otklik.answers.style.values import About, Sentence, Word
from otklik.lib.text import lemma, lower, spans, tags

# A sentence ends with its sign, not with the full stop of a shortened word, a number or an initial.
_END = re.compile(
    r"(?<!\bул)(?<!\bд)(?<!\bг)(?<!\bпр)(?<!\bкв)(?<!\bст)(?<!\bп)(?<!\bт)(?<!\bт\.д)(?<!\bт\.п)(?<!\bтел)(?<!\bим)"
    r"(?<!\bруб)(?<!\bтыс)(?<!\bмин)(?<!\bпер)(?<!\bпл)(?<!\bстр)(?<!\bкорп)(?<!\bпос)(?<!\b[а-я])[.!?…]+(?=\s|$)|\n+"
)
_MONTHS = r"(?:январ|феврал|март|апрел|ма[йяею]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)\w*"
_DAYS = r"(?:понедельник|вторник|сред[аеуы]\b|четверг|пятниц|суббот|воскресень|выходн)\w*"
_SPAN = r"(?:минут|час|полчас|сут|д(?:ень|ня|ней|ню|не)|недел|месяц|квартал|полугоди|лет\b|год)\w*"
_SEASON = r"(?:весн|лет|осен|зим)(?:ой|ом|ью|ы|а|и)\b"
WHEN = re.compile(
    r"(?<![\d.])\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?(?![\d./])"
    rf"|\b\d{{1,2}}(?:-?го)? ?{_MONTHS}|\b(?:в|до|к|с|конц\w+|начал\w+|середин\w+) {_MONTHS}"
    rf"|\b(?:в|во|до|к|с|со|по|на|начиная с) (?:кажд\w+ |эт\w+ |следующ\w+ |ближайш\w+ |прошл\w+ |минувш\w+ )?{_DAYS}"
    r"|\b(?:до|к|ко|в) конц[аеу] \w+"
    r"|\b(?:сегодня|завтра|послезавтра|вчера|позавчера|накануне|ежедневно|еженедельно|ежемесячно|круглосуточно)\w*"
    rf"|\bв течени[ие] (?:\S+ ){{0,4}}{_SPAN}|\b(?:через|спустя|за) (?:\S+ ){{0,3}}{_SPAN}"
    rf"|\b(?:кажд|прошл|следующ|эт|ближайш|минувш|текущ|будущ|нынешн)\w* {_SPAN}"
    rf"|\b\d+(?:[-–]\d+)?(?:-?[хй])? ?(?:рабочи\w+ |календарн\w+ )?{_SPAN}"
    r"|\b(?:с|до|к|в|после|около) \d{1,2}(?:[:.]\d\d)?(?: час\w*| утра| вечера| до \d+)"
    r"|\b\d{1,2}[:.]\d\d\b"
    rf"|\b(?:утром|днем|вечером|ночью|к утру|к вечеру|до (?:утра|обеда|вечера|ночи))\b"
    rf"|\b{_SEASON}|\bв 20\d\d(?:-м)?\b|20\d\d ?г(?:од)?\w*"
    r"|\bперв\w+ половин\w+|\bсмен[ауые]\b|\bотопительн\w+ (?:сезон|период)\w*|\b(?:в|по) график\w*"
)
NEVER = re.compile(
    r"\bне (?:будет|будут|планир\w+|предусмотрен\w*|смож\w+|може[мт]|можно|получит\w*|стан\w+)|\bнельзя\b"
    r"|\bневозможн\w+"
)
WHY = phrases(
    *("потому что", "так как", "поскольку", "из за", "по причине", "причин*", "ввиду", "вследствие", "дело в том"),
    *("ведь", "ради", "в связи с", "чтобы", "не хватает", "не хватило", "мешает", "мешают", "на гарантии"),
    "нет ~1 (денег|средств|возможност*|мест|места|техническ*)",
    *("частн*", "собственник*", "собственност*", "бесхоз*", "охранн* зон*", "красн* лини*", "аварийн* дом*"),
    *("запреща*", "запрещен*", "суд*", "торг*", "аукцион*", "конкурс*", "перв* очеред*"),
    "не (соответству*|позволя*|разреша*|проход*|наш*|положен*)",
)
# «Проспект узкий: велодорожки не будет», «не будет: проспект узкий».
_BECAUSE = re.compile(r"[а-я»)][:–—] (?:\w+ ){2}|[а-я»)] [–—] (?:\w+ ){3}")
_PLANNED = phrases("планир*", "запланир*", "предусмотрен*", "будет", "будут", "включен* в (план|график)")
# What an office says of papers and not of the matter: it settles nothing.
_PAPER = frozenset(
    {
        *("рассмотреть", "направить", "передать", "сообщить", "получить", "принять", "зарегистрировать", "взять"),
        *("поступить", "благодарить", "поблагодарить", "понять", "узнать", "уведомить", "проинформировать", "довести"),
        *("обратиться", "просить", "попросить", "извиниться", "написать", "ответить", "разъяснить", "пояснить", "дать"),
        *("хотеть", "мочь", "смочь", "быть", "стать", "являться", "находиться", "поставить", "проработать", "изучить"),
        *("учесть", "отметить", "напомнить", "рекомендовать", "обратить", "перенаправить", "держать", "сожалеть"),
        *("надеяться", "стараться", "информировать", "сказать", "говорить", "знать", "видеть", "решить", "запросить"),
        *("рассматривать", "прорабатывать", "принимать", "контролировать", "следить", "указать", "подать", "звонить"),
    }
)
_DOER = phrases(
    *("подрядчик*", "подрядн*", "управляющ*", "администраци*", "министерств*", "департамент*", "управлени*"),
    *("комитет*",),
    *("отдел*", "служб*", "бригад*", "рабочие", "рабочих", "специалист*", "сотрудник*", "коммунальщик*", "водоканал*"),
    *("теплосет*", "электросет*", "горсвет*", "дорожник*", "энергетик*", "газовик*", "слесар*", "электрик*"),
    *("сантехник*", "мастер*", "инженер*", "директор*", "главврач*", "врач*", "глава", "главы", "заместител*"),
    *("диспетчер*", "инспектор*", "полици*", "гаи", "гибдд", "мчс", "прокуратур*", "школ*", "больниц*", "поликлиник*"),
    *("детск* сад*", "перевозчик*", "оператор*", "предприяти*", "компани*", "учреждени*", "организаци*", "комисси*"),
    *("застройщик*", "собственник*", "владел*", "команда", "дворник*", "фонд*", "библиотек*", "музе*", "почт*"),
    *("банк*",),
    *("лаборатори*", "жилинспекци*", "госжилинспекци*", "жэу", "жкх", "тсж", "ук", "мы", "нам", "нас", "наши*"),
)
_NAMED = re.compile(r"«[^»\n]{2,60}»|\b[А-ЯЁ]{2,7}\b")


class Reading:
    """A text and what is read in it. Takes any `str` and never raises; an offset is one of the text as it is given."""

    def __init__(self, text: str, about: About) -> None:
        self.text = text
        self.about = about
        self.plain = lower(text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(
            Word(start, end, piece := self.plain[start:end], lemma(piece), tags(piece))
            for start, end in spans(self.plain)
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        edges = [0, *(match.end() for match in _END.finditer(self.plain)), len(self.plain)]
        places = [word.start for word in self.words]
        candidates = (
            Sentence(start, end, self.words[bisect_left(places, start) : bisect_left(places, end)])
            for start, end in pairwise(edges)
        )
        return tuple(one for one in candidates if one.words)

    @cached_property
    def says_when(self) -> bool:
        return WHEN.search(self.plain) is not None

    def sentence_at(self, place: int) -> str:
        """The folded sentence around that offset."""
        sentence = next((one for one in self.sentences if one.start <= place < one.end), None)
        return self.plain[sentence.start : sentence.end] if sentence else ""

    @cached_property
    def says_who(self) -> bool:
        """Somebody who does it is named, or speaks himself: «мы», «МУП», «заменим», «спасатели приехали»."""
        if _DOER.search(self.plain) or (_NAMED.search(self.text) and not self.text.isupper()):
            return True
        return any(
            (word.may_be("VERB", "1per", "plur") and word.lemma not in _PAPER)
            or (word.is_likely("NOUN", "anim", "nomn") and not word.may_be("Name"))
            for word in self.words
        )

    @cached_property
    def impersonal(self) -> bool:
        """It happens by itself: «будет выполнено», «ведутся», «отремонтирована»."""
        return any(
            word.may_be("PRTS") or (word.may_be("VERB", "3per") and word.folded.endswith(("ся", "сь")))
            for word in self.words
        )

    @cached_property
    def says_why(self) -> bool:
        return WHY.search(self.plain) is not None or _BECAUSE.search(self.plain) is not None

    @cached_property
    def says_never(self) -> bool:
        """«Не будет», «нельзя», «не поставим»."""
        if NEVER.search(self.plain):
            return True
        return any(no.folded == "не" and verb.may_be("VERB", "futr") for no, verb in pairwise(self.words))

    @cached_property
    def done(self) -> bool:
        """Something was done beside papers: «заменили», «отремонтирован»."""
        return any(self._is_deed(word, ("VERB", "past"), ("PRTS", "past")) for word in self.words)

    @cached_property
    def planned(self) -> bool:
        """Something will be done beside papers."""
        if any(self._is_deed(word, ("VERB", "futr")) for word in self.words):
            return True
        return _PLANNED.search(self.plain) is not None

    @staticmethod
    def _is_deed(word: Word, *forms: Iterable[str]) -> bool:
        return word.lemma not in _PAPER and any(word.is_likely(*one) for one in forms)

    @cached_property
    def settles(self) -> bool:
        """It says of the matter itself what was done, what will be by a day, or why it will not."""
        return self.done or (self.planned and self.says_when) or (self.says_why and (self.says_never or self.says_when))
