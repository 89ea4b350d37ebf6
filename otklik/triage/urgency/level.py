"""How urgent a message is, by the danger that it speaks of; pure rules that explain themselves.

A danger is words that stand together (dangers.py). What is denied, long over, feared, played, told of elsewhere or
meant as a figure of speech is none. In doubt it errs towards alarm: a false alarm costs an operator a glance.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from otklik.lib.original import Original
from otklik.lib.text import WORD_LIMIT
from otklik.triage.urgency.dangers import RULES, Rule
from otklik.triage.urgency.words import WORDS

TEXT_LIMIT = 16_000
FAR = 6
PLAYED = frozenset({"fire", "explosion", "flood", "gas"})
HABITS = frozenset({"fire", "lift"})
STAYS = frozenset({"pit", "fall", "current", "gas", "road", "water"})  # a hole of last year is still a hole
SURE = frozenset({"current", "gas"})  # it is there even if it has hurt nobody yet
FALLING = frozenset({"current", "collapse", "fall", "fire", "explosion"})
MOST_WHY = 12

_WORD = re.compile(r"(?<!\w)-\d{1,2}(?!\d)|[^\W_]+")
_END = re.compile(r"[!?…;]|\.(?=\s|$)")
_SHORT = frozenset(re.findall(r"\w+", "ул д г гор п пос ст кв р пер пр им т обл корп стр мкр дер пл"))
_PAUSE = re.compile(r"[,:()«»\"—–]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FROST = re.compile(r"-(?:[5-9]|[1-4]\d)")


_WHOLE: dict[str, set[str]] = defaultdict(set)
_BEGINS: dict[str, set[str]] = defaultdict(set)
for _name, _words in WORDS.items():
    for _word in _words.split():
        (_BEGINS if _word.endswith("*") else _WHOLE)[_word.rstrip("*")].add(_name)
ORDINARY = 2
"""The severity of what has no theme."""
LIKELY = 0.5
_NOTHING: frozenset[str] = frozenset()
_LENGTHS = sorted({len(word) for word in _BEGINS})


@dataclass(frozen=True, slots=True)
class Urgency:
    """`level`: 3 danger to life now, 2 dangerous soon or for the weak, 1 will become dangerous or hits many, 0 none.

    `why` are pairs (piece as it stands in the text, reason), the gravest first; `spans` say where each piece stands in
    the original. The reasons are those of the rules in dangers.py.
    """

    level: int
    why: tuple[tuple[str, str], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


def urgency(text: str) -> Urgency:
    """The urgency of any text at all, by its first TEXT_LIMIT characters."""
    original = Original(text[: TEXT_LIMIT * 2])
    folded = original.folded[:TEXT_LIMIT]
    rules = _that_may_hold(folded)
    if not rules:
        return Urgency(0)
    wording = _WordMap(folded)
    dangers = sorted(wording.dangers(rules), key=lambda one: (-one.level, one.first))[:MOST_WHY]
    level = dangers[0].level if dangers else 0
    pieces = [(wording.bounds[one.first][0], wording.bounds[one.last][1], one.reason) for one in dangers if one.level]
    same = original.tidied == original.text  # nothing was taken out: no need to look for each letter's place
    spans = [(start, end) if same else original.span(start, end) for start, end, _reason in pieces]
    why = [(original.text[start:end], piece[2]) for (start, end), piece in zip(spans, pieces, strict=True)]
    return Urgency(level, tuple(why), tuple(spans))


def priority(level: int, severity: int, fast_track: bool, sure: float = 1.0) -> int:
    """The card's priority, 1 (can wait) to 5 (danger to life): the theme's severity, raised by the urgency 0 to 3.

    A theme counts as far as it is `sure`, 0 to 1: a guess must not push a card ahead of those that are known to be
    grave. One on the fast track that is more likely than not makes it at least 3.
    """
    base = int(ORDINARY + sure * (min(max(severity, 1), 5) - ORDINARY) + 0.5)
    return max(base, 3 if fast_track and sure >= LIKELY else 1, {1: 3, 2: 4, 3: 5}.get(level, 1))


def _that_may_hold(folded: str) -> list[Rule]:
    """The rules all of whose words are there, wherever they stand: for most texts none."""
    there: set[str] = set()
    for word in set(_WORD.findall(folded)):
        there |= _meanings(word[:WORD_LIMIT])
    return [rule for rule in RULES if rule.words[0] in there and there.issuperset(rule.words)]


@dataclass(frozen=True, slots=True)
class _Danger:
    level: int
    reason: str
    first: int
    last: int
    feared: bool = False


class _WordMap:
    """The words of a folded text: where each stands, in which sentence, what it may mean."""

    def __init__(self, folded: str) -> None:
        self.words: list[str] = []
        self.bounds: list[tuple[int, int]] = []
        self.sentence: list[int] = []
        self.paused: list[bool] = []  # something stands between this word and the one before
        self.means: list[frozenset[str]] = []
        self.at: dict[str, list[int]] = {}
        self.in_sentence: dict[int, set[str]] = defaultdict(set)
        done, number = 0, 0
        for index, match in enumerate(_WORD.finditer(folded)):
            start, end = match.span()
            gap = folded[done:start]
            ended = gap != " " and _END.search(gap) is not None
            if ended and gap.startswith(".") and self.words and self.words[-1] in _SHORT:
                ended = False
            number += ended
            self.words.append(match.group())
            self.bounds.append((start, end))
            self.sentence.append(number)
            self.paused.append(ended or (gap != " " and _PAUSE.search(gap) is not None))
            means = _meanings(match.group()[:WORD_LIMIT])
            self.means.append(means)
            for name in means:
                self.at.setdefault(name, []).append(index)
            if means:
                self.in_sentence[number] |= means
            done = end

    def dangers(self, rules: Sequence[Rule]) -> list[_Danger]:
        """What each of the rules, whose words are all there, finds; each at most once."""
        candidates = (self._first(rule) for rule in rules)
        return [one for one in candidates if one is not None]

    def _first(self, rule: Rule) -> _Danger | None:
        best = None
        for index in self.at[rule.words[0]]:
            danger = self._danger(rule, index)
            if danger is not None and (best is None or danger.level > best.level):
                best = danger
                if not danger.feared:
                    break
        return best

    def _danger(self, rule: Rule, index: int) -> _Danger | None:
        """What the rule says of the word at `index`, which its first word may mean."""
        if rule.deniable and self._denied(index):
            return None
        together = [index]
        for name in rule.words[1:]:
            other = self._beside(index, name, rule.near, across=rule.across, taken=together)
            if other is None:
                return None
            together.append(other)
        first, last = min(together), max(together)
        if any(self._beside(index, name, rule.near, across=False, taken=together) is not None for name in rule.unless):
            return None
        if rule.deniable and self._gone(last):
            return None
        if not rule.firm and self._taken_back(rule, first, last):
            return None
        level = rule.level + 1 if rule.weak and self._weak_near(first) else rule.level
        if rule.reason not in SURE and self._almost(index):
            level = min(level, 2)
        feared = not rule.firm and level > 1 and (self._feared(rule, first, last) or self._usual(rule, first))
        return _Danger(1 if feared else level, rule.reason, first, last, feared)

    def _beside(self, index: int, name: str, near: int, *, across: bool, taken: list[int]) -> int | None:
        """The nearest other word of this name."""
        for far in range(1, near + 1):
            for other in (index - far, index + far):
                if (
                    0 <= other < len(self.means)
                    and name in self.means[other]
                    and (across or self.sentence[other] == self.sentence[index])
                    and other not in taken
                ):
                    return other
        return None

    def _denied(self, index: int) -> bool:
        """«Не искрит», «без пожара»; but «чуть не ударило» is a fact."""
        if not index or self.paused[index] or "denies" not in self.means[index - 1]:
            return False
        return not self._almost(index)

    def _almost(self, index: int) -> bool:
        return index > 1 and self.words[index - 1] == "не" and "almost" in self.means[index - 2]

    def _gone(self, last: int) -> bool:
        """«Запаха газа больше нет»."""
        after = last + 1
        while after < len(self.words) and not self.paused[after] and self.words[after] in ("больше", "уже"):
            after += 1
        return after < len(self.words) and not self.paused[after] and self.words[after] in ("нет", "нету")

    def _taken_back(self, rule: Rule, first: int, last: int) -> bool:
        """Whether it is over, played, a joke, or happened far away."""
        around = self.in_sentence[self.sentence[first]]
        if around & {"joke", "news"} or {"other", "land"} <= around:
            return True
        if rule.reason in PLAYED and "drill" in around and not self._all_denied("drill", first):
            return True
        if rule.reason not in STAYS and "now" not in around and self._long_over(first, around):
            return True
        return "solved" in around and self._solved(first, last)

    def _weak_near(self, first: int) -> bool:
        """Whether somebody who cannot help himself is spoken of in this sentence or the two on either side."""
        number = self.sentence[first]
        around = [self.in_sentence[one] for one in range(number - 2, number + 3) if one in self.in_sentence]
        return any("weak" in one or {"little", "child"} <= one for one in around)

    def _usual(self, rule: Rule, first: int) -> bool:
        """«Камыш периодически горит», «был взрыв»: not at this moment."""
        if rule.reason in HABITS and "habit" in self.in_sentence[self.sentence[first]]:
            return True
        before = range(max(first - 2, 0), first)
        return rule.reason in PLAYED and any(
            "was" in self.means[one] and self.sentence[one] == self.sentence[first] for one in before
        )

    def _long_over(self, first: int, around: set[str]) -> bool:
        """«Год назад», «в прошлом году», but not «с прошлой осени»."""
        if {"ago", "long_ago"} <= around:
            return True
        here = [one for one in self.at.get("over", ()) if self.sentence[one] == self.sentence[first]]
        years = [one for one in self.at.get("year", ()) if one < first and self.sentence[one] == self.sentence[first]]
        return any(not one or self.words[one - 1] not in ("с", "со") for one in (*here, *years))

    def _all_denied(self, name: str, first: int) -> bool:
        here = (one for one in self.at[name] if self.sentence[one] == self.sentence[first])
        return all(self._denied(one) for one in here)

    def _solved(self, first: int, last: int) -> bool:
        for one in range(max(first - FAR, 0), min(last + FAR + 1, len(self.words))):
            if "solved" in self.means[one] and self.sentence[one] == self.sentence[first] and not self._denied(one):
                between = self.words[min(one, first) : max(one, last)]
                if not {"но", "опять", "снова"} & set(between):
                    return True
        return False

    def _feared(self, rule: Rule, first: int, last: int) -> bool:
        """«Боимся, что», «а если», «может упасть»: nothing has happened yet."""
        inside = rule.reason in FALLING
        for one in range(max(first - FAR, 0), last if inside else first):
            if self.sentence[one] != self.sentence[first]:
                continue
            if "fear" in self.means[one] or ("may" in self.means[one] and not self._denied(one)):
                return True
        return False


@lru_cache(maxsize=20_000)
def _meanings(word: str) -> frozenset[str]:
    """The names in WORDS of what a folded word belongs to."""
    if _FROST.fullmatch(word):
        return frozenset({"frost"})
    if _YEAR.fullmatch(word):
        return frozenset({"year"})
    meanings = set(_WHOLE.get(word, ()))
    for length in _LENGTHS:
        if length > len(word):
            break
        meanings |= _BEGINS.get(word[:length], _NOTHING)
    return frozenset(meanings)
