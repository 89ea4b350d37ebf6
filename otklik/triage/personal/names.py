"""Full names of people in a text, by the dictionary's tags and by initials; pure.

A first name alone is none. What stands behind «улица», «школа имени», «памятник» is the name of a thing, and so are
people whom everybody knows from there.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from otklik.lib.text import WORD_LIMIT, tags

Span = tuple[int, int]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_a-zа-яё][\w-]{0,64} [^\W\d_a-zа-яё]")
_PATRONYMIC = re.compile(r"\w{2,}(?:[оеь]вич|[лмктья]ич)(?:а|у|ем|е)?|\w{2,}(?:[оеь]вн|ичн)(?:а|ы|е|у|ой|ою)")
_SURNAME = re.compile(
    r"\w{2,}(?:[оеё]в|[иы]н|ск|цк|енк|чук|юк|ук|як|ян|дзе|швили|их|ых|ко)(?:а|у|ым|ом|е|ой|ий|ого|ому|им|ая|ую)?"
)
_SHORTENED = frozenset({"тк", "те", "тд", "тп", "ио", "нэ", "др", "гг"})
_NAMED = re.compile(r"имени|им|памяти")
STREET = re.compile(
    r"ул|улиц\w*|пер|переул\w*|просп\w*|пр|пр-к?т\w*|пр-д|пл|площад\w*|бульвар\w*|б-р|шоссе|наб|набережн\w*|проезд\w*|аллея"
    r"|аллее|перекрест\w*"
)
_THING = re.compile(
    r"сквер\w*|парк\w*|сад|саду|памятник\w*|бюст\w*|музе\w*|школ\w*|лице\w*|гимнази\w*|библиотек\w*|больниц\w*|остановк\w*"
    r"|театр\w*|стадион\w*|станиц\w*|сел[оае]|деревн\w*|хутор\w*|поселок|мемориал\w*|дворец|фонд\w*"
)
# Known to all, and met as names of streets, schools and plays.
_KNOWN = re.compile(
    r"юри\w+ гагарин\w*|александр\w* (?:пушкин|матросов|суворов|невск)\w*|серге\w+ (?:есенин|корол[её]в|киров)\w*"
    r"|владимир\w* (?:ленин|маяковск)\w*|карл\w* (?:маркс|либкнехт)\w*|иван\w* (?:франко|мичурин|купал)\w*"
    r"|л[ье]в\w* толст\w+|антон\w* чехов\w*|федор\w* достоевск\w*|тарас\w* (?:шевченко|бульб)\w*"
    r"|георги\w+ (?:жуков|димитров)\w*|зо\w+ космодемьянск\w+|петр\w* чайковск\w+|михаил\w* (?:кутузов|лермонтов)\w*"
    r"|максим\w* горьк\w+|никола\w+ (?:некрасов|гогол|островск)\w*|анн\w+ каренин\w*|павлик\w* морозов\w*"
    r"|валентин\w+ терешков\w+|роз\w+ люксембург\w*|степан\w* разин\w*|емельян\w* пугачев\w*"
)
_BACK = 3


class _Word:
    """A word of the text; what the dictionary says of it is asked only where it may be a name."""

    def __init__(self, match: re.Match[str], tidied: str) -> None:
        self.start, self.end = match.span()
        self.text = match.group()[:WORD_LIMIT]
        self.capital = tidied[self.start].isupper()

    def may_be(self, grammeme: str) -> bool:
        return any(grammeme in reading for reading in self._readings())

    def _readings(self) -> list[frozenset[str]]:
        return [reading for part in self.text.split("-") for reading in tags(part)]

    @property
    def stranger(self) -> bool:
        """With a capital and not in the dictionary."""
        return self.capital and len(self.text) > 1 and not tags(self.text)

    @property
    def patronymic(self) -> bool:
        return _ends_as_patronymic(self.text) and (self.may_be("Patr") or not tags(self.text))

    @property
    def first_name(self) -> bool:
        return self.may_be("Name")

    @property
    def surname(self) -> bool:
        return self.may_be("Surn") or (self.stranger and bool(_SURNAME.fullmatch(self.text)))

    def nominative(self, grammeme: str) -> bool:
        return not self._readings() or any({grammeme, "nomn", "sing"} <= reading for reading in self._readings())


@lru_cache(maxsize=20_000)
def _ends_as_patronymic(word: str) -> bool:
    return _PATRONYMIC.fullmatch(word[:WORD_LIMIT]) is not None


def names(tidied: str, folded: str) -> Iterator[Span]:
    """Where full names stand in `folded`, which is as long as `tidied`: the surest first, so they may overlap."""
    if not _may_be_there(tidied, _WORD.findall(folded)):
        return
    words = [_Word(match, tidied) for match in _WORD.finditer(folded)]
    yield from _with_patronymic(words, folded)
    yield from _with_initials(words, folded)
    yield from _of_two(words, folded)


def _may_be_there(tidied: str, words: list[str]) -> bool:
    """Whether there is a patronymic, or two initials or two words with a capital side by side: in most texts not."""
    if _CAPITALS.search(tidied) or any(map(_ends_as_patronymic, words)):
        return True
    lengths = list(map(len, words))
    return lengths.count(1) > 1 and (1, 1) in pairwise(lengths)


def _with_patronymic(words: list[_Word], folded: str) -> Iterator[Span]:
    for index in range(1, len(words)):
        patronymic, name = words[index], words[index - 1]
        if not patronymic.patronymic or not _joined(name, patronymic, folded):
            continue
        if not (name.first_name or name.stranger):
            continue
        first, last = index - 1, index
        if first and _joined(words[first - 1], name, folded) and _is_surname(words[first - 1], name):
            first -= 1
        elif last + 1 < len(words) and _joined(patronymic, words[last + 1], folded):
            last += _is_surname(words[last + 1], name)
        if not _of_a_thing(words, first, folded, called=not patronymic.nominative("Patr")):
            yield words[first].start, words[last].end


def _is_surname(word: _Word, beside: _Word) -> bool:
    """Small letters count only where the name itself has them."""
    return word.surname and (word.capital or not beside.capital)


def _with_initials(words: list[_Word], folded: str) -> Iterator[Span]:
    """«Н. В. Орлова», «Орлова Н.В.»."""
    for index in range(len(words) - 2):
        one, two, three = words[index : index + 3]
        if _initial(one, two, folded) and _initial(two, three, folded):
            if _may_be_signed(three) and _two(one, two) and not _of_a_thing(words, index, folded, called=True):
                yield one.start, three.end
        elif _joined(one, two, folded) and _last_initials(two, three, folded):
            end = three.end + (folded[three.end : three.end + 1] == ".")
            thing = _of_a_thing(words, index, folded, called=not one.nominative("Surn"))
            if _may_be_signed(one) and _two(two, three) and not thing:
                yield one.start, end


def _initial(word: _Word, following: _Word, folded: str) -> bool:
    return len(word.text) == 1 and folded[word.end : following.start] in (".", ". ")


def _last_initials(two: _Word, three: _Word, folded: str) -> bool:
    """«Н.В.», «Н. В.», and without dots «Н В»."""
    if len(two.text) != 1 or len(three.text) != 1:
        return False
    return _initial(two, three, folded) or (two.capital and three.capital and _joined(two, three, folded))


def _two(one: _Word, two: _Word) -> bool:
    return one.text + two.text not in _SHORTENED


def _may_be_signed(word: _Word) -> bool:
    return len(word.text) > 2 and word.surname


def _of_two(words: list[_Word], folded: str) -> Iterator[Span]:
    """«Ольга Белова», «Белова Ольга»: only with capitals."""
    for index, (one, two) in enumerate(pairwise(words)):
        if not (one.capital and two.capital and _joined(one, two, folded)):
            continue
        for name, surname in ((one, two), (two, one)):
            if not (name.first_name and surname.surname) or surname.patronymic or _known(name, surname):
                continue
            called = not (name.nominative("Name") and surname.nominative("Surn"))
            house = called and re.match(r",? ?\d", folded[two.end : two.end + 3])  # «на Олега Кленова, 5»
            if not house and not _of_a_thing(words, index, folded, called=called):
                yield one.start, two.end
                break


def _known(name: _Word, surname: _Word) -> bool:
    return _KNOWN.fullmatch(f"{name.text} {surname.text}") is not None


def _joined(one: _Word, two: _Word, folded: str) -> bool:
    return two.start - one.end == 1 and folded[one.end] == " "


def _is_thing(word: _Word) -> bool:
    return bool(_THING.fullmatch(word.text) or STREET.fullmatch(word.text))


def _of_a_thing(words: list[_Word], index: int, folded: str, *, called: bool) -> bool:
    """Whether a street or a school bears the name: its word stands shortly before.

    Before a name in the nominative it may also be where somebody works («директор школы Орлова Нина Ивановна»): only
    what is `called` after somebody has his name in another case.
    """
    start = words[index].start
    for back in range(1, min(_BACK, index) + 1):
        word = words[index - back]
        between = folded[word.end : start]
        if any(sign in between for sign in "!?;,") or re.search(r"\w{3}\. ", folded[word.start : start]) is not None:
            return False
        if back == 1 and STREET.fullmatch(word.text):
            return True
        if called and (_NAMED.fullmatch(word.text) or (back < _BACK and _is_thing(word))):
            return True
    return False
