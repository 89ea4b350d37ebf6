"""What the author's reply under an answer says: pure rules over the text, confirmed by an operator afterwards.

Two questions, read apart: how good the answer is, and whether the problem is solved. Neither is made out of the other:
«спасибо» praises the answer and says nothing of the problem, «так и не убрали» speaks of the problem alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from otklik.feedback.opinion import good
from otklik.lib.text import fold

YES, PARTLY, NO = "yes", "partly", "no"


@dataclass(frozen=True, slots=True)
class Reading:
    """`mark` 1 to 5 and `solved` «yes», «partly», «no»; None and "" where the text does not tell. `why` are the words
    that told."""

    mark: int | None = None
    solved: str = ""
    why: tuple[str, ...] = ()

    @property
    def is_happy(self) -> bool:
        """Whether it is plain that he is content. Where nothing was told, or blame stands beside thanks, it is not."""
        blamed = self.mark is None and len(self.why) > bool(self.solved)
        return bool(self.mark or self.solved) and good(self.mark, self.solved) and not blamed


_DONE = (
    r"(?:помогли|сделали|починили|отремонтировали|отчистили|почистили|убрали|вывезли|устранили|исправили|включили|"
    r"восстановили|заменили|засыпали|заделали|подключили|решили(?! \w+(?:ть|ться|ти)\b)|"
    r"(?:решен|сделан|убран|починен|устранен|исправлен)[аоы]?)"
)
_STAYS = r"(?:горит|работает|тепло|чисто|светло|есть|все (?:хорошо|в порядке|ок))"
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_ASKS = re.compile(r"\?[!?.…]*\s*$")

_PARTLY = re.compile(
    r"\b(частично|наполовину|(?:только |лишь )?половин[ау]|не (?:до конца|полностью|везде|все (?:сделали|убрали|"
    r"починили|вывезли|решили))|почти (?:решили|сделали|убрали|починили|все)|местами|кое-?где|кое что|"
    rf"{_DONE} (?:только |лишь )?(?:частично|наполовину|половину|кое-?как))\b"
)
_NOT_DONE = re.compile(
    r"\b(не (?:был[аои]? )?(?:сделал|помог|решил|решен|убрал|убран|вывез|почин|приехал|изменил|работа|отремонт|устран|"
    r"исправ|включил|чист|горит|восстанов)\w*|ничего не \w+|никто не \w+|ничего так и|ничего не|ничего нет|"
    r"так и (?:нет|не \w+|нету)|(?:опять|снова) (?:нет|не \w+|сломал\w*|темно|течет|яма|ямы|мусор)|"
    r"без изменений|ноль реакции|толку (?:нет|никакого|ноль)|без толку|все (?:по-прежнему|по прежнему|как было)|"
    rf"воз и ныне там|до сих пор(?! (?:все )?{_STAYS}))\b"
)
_NO_STATEMENT = re.compile(rf"\b(?:нельзя сказать|не сказал\w* бы|не могу сказать|рано говорить)\b.{{0,40}}\b{_DONE}\b")
_NOT_BY_US = re.compile(rf"\b(?:сами|самим|сам|сама|за свой счет)\b.{{0,30}}\b{_DONE}\b")
_IS_DONE = re.compile(rf"(?<!\bне )(?<!\bесли )(?<!\bкак )\b({_DONE})\b")
_NOT_ONLY = re.compile(r"\bне только\b")

_PRAISE = re.compile(
    r"\b(?<!\bне )(спасибо|благодар\w+|молодц\w+|супер|отлично|оперативно|быстро|все (?:хорошо|ок)|очень доволь\w+)"
)
_BLAME = re.compile(
    r"\b(отписк\w+|отписал\w+|вранье|врете|обман\w*|издевает\w+|поиздевать\w+|позор\w*|бесполезн\w+|кошмар\w*|"
    r"безобрази\w+|толку (?:нет|никакого|ноль)|без толку|ноль реакции)"
)
_IRONY = re.compile(
    r"спасибо[,!. ]*(?:что|конечно|вам|за то)[,!. ]+.{0,60}(?:\bне |опять|снова|ничего|ноль)|"
    r"спасибо за (?:ничего|отписк\w+)"
)
_AHA = re.compile(r"\bага[,! ]+(?:спасибо|конечно|решили|сделали)|спасибо[,! ]+блин|\bну конечно")

_WORDS = {"единиц": 1, "двойк": 2, "тройк": 3, "троечк": 3, "четверк": 4, "пятерк": 5, "пятерочк": 5}
_NUMBERS = {"один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5}
_ALONE = re.compile(r"^\W*([1-5])\s*(?:[+-]|из 5|/ ?5|балл\w*)?\W*$")
_MARK_WORDS = re.compile(
    r"\b(?:оцен\w+|ставлю|поставлю|поставил[аи]?|оценю)\b[^\d.!?]{0,24}?"
    r"(?:\b([1-5])\b(?![.,]?\d)|\b(один|два|три|четыре|пять)\b)"
)
_OF_FIVE = re.compile(r"(?<![\d.,])([1-5]) ?(?:из 5|/ ?5)(?!\d)|(?<![\d.,])([1-5]) (?:балл\w*|звезд\w*)\b")
_BY_NAME = re.compile(rf"\b(?:на |твердая |твердую |ставлю |оценка )({'|'.join(_WORDS)})\w*")


def read(text: str) -> Reading:
    """Never raises. A question says nothing; anger outweighs thanks, and both together leave the mark to a person."""
    folded = fold(text)
    number = _number(folded)
    statements = [one for one in _sentences(folded) if not _ASKS.search(one)]
    solved, of_problem = _solved(statements)
    mark, of_answer = number if number[0] is not None else _mark(statements, solved)
    return Reading(mark, solved, tuple(dict.fromkeys(word for word in (of_answer, of_problem) if word)))


def _sentences(folded: str) -> Iterator[str]:
    return (match[0].strip() for match in _SENTENCE.finditer(folded))


def _number(folded: str) -> tuple[int | None, str]:
    """A mark that was put in so many words: «5», «ставлю 4», «3 из 5», «на пятерку»."""
    for pattern in (_ALONE, _MARK_WORDS, _OF_FIVE, _BY_NAME):
        match = pattern.search(folded)
        if match and not _ASKS.search(folded[match.start() :].split("\n")[0]):
            word = next(part for part in match.groups() if part)
            return (int(word) if word.isdigit() else _NUMBERS.get(word) or _WORDS[word]), match[0].strip()
    return None, ""


def _solved(statements: list[str]) -> tuple[str, str]:
    """The worst that is said of the problem: «починили, но опять течет» is no solution."""
    seen: dict[str, str] = {}
    for sentence in statements:
        for answer, words in _of_problem(_NOT_ONLY.sub("", sentence)):
            seen.setdefault(answer, words)
    return next(((answer, seen[answer]) for answer in (NO, PARTLY, YES) if answer in seen), ("", ""))


def _of_problem(sentence: str) -> Iterator[tuple[str, str]]:
    partly = _PARTLY.search(sentence)
    if partly:
        yield PARTLY, partly[0]
        sentence = sentence.replace(partly[0], " ")
    negation, by_others = _NO_STATEMENT.search(sentence), _NOT_BY_US.search(sentence)
    denial = negation or _NOT_DONE.search(sentence)
    if denial:
        yield NO, denial[0]
    done = _IS_DONE.search(sentence)
    if done and not (negation or by_others or _irony(sentence)):
        yield YES, done[0]


def _mark(statements: list[str], solved: str) -> tuple[int | None, str]:
    """What is said of the answer itself. `solved` only keeps praise from being believed beside «так и не убрали»."""
    whole = " ".join(statements)
    blame, praise = _BLAME.search(whole), _PRAISE.search(whole)
    irony = next((match for match in map(_irony, statements) if match), None)
    if irony:
        return 1, irony[0]
    if blame:
        return (None if praise else 1), blame[0]
    if praise and solved not in (NO, PARTLY):
        return 5, praise[0]
    return None, ""


def _irony(sentence: str) -> re.Match[str] | None:
    """Thanks that are none. «Спасибо, что починили, не ожидали» are some: there is something to thank for."""
    return _AHA.search(sentence) or (None if _IS_DONE.search(sentence) else _IRONY.search(sentence))
