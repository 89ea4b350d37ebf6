"""Takes one person out of a text: his name, his profile, his numbers. Pure.

What is written about the matter stays. In texts of his own cards any word of his name goes, in whatever case; anywhere
else only the name and the surname side by side, or the surname with an initial, since namesakes have rights, too. In
small letters a name counts unless the dictionary knows an ordinary word that is written so («мороз», «надежда»).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from otklik.lib.text import AT_MENTION, MENTION, fold, normal_forms, tags
from otklik.triage.personal.finder import MASKS, find
from otklik.triage.personal.names import STREET

LINK = "[ссылка]"
SHORTEST_NAME, SHORTEST_NICK, SHORTEST_NUMBER = 2, 4, 6
"""Shorter words are initials, shorter numbers are numbers of houses and rows."""
NUMBERED = ("phone", "email", "card", "passport", "snils", "inn")

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DIGITS = re.compile(r"\d")
_STREET_BEFORE = re.compile(rf"(?<![^\W_])(?:{STREET.pattern})\.?\s{{1,2}}$", re.IGNORECASE)
_NAME_READINGS = frozenset({"Name", "Surn", "Patr"})
_BETWEEN = re.compile(r"[\s,.+]{1,3}")
_LEADS = r"(?:(?:https?://)?[\w.\-:]{1,80}(?:/[\w\-]{1,40}){0,3}/)?"
"""The address that a nick or a number may stand at the end of."""
_NUMBER_IN = re.compile(r"\d{1,25}")


@dataclass(frozen=True)
class Person:
    """Who is to be taken out. `number` is the network's, "" where it tells none; `nicks` are names as in addresses;
    `secrets` are phones and the like as he wrote them himself."""

    number: str = ""
    name: str = ""
    nicks: frozenset[str] = frozenset()
    secrets: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def names(self) -> tuple[frozenset[str], ...]:
        """Every word of the name, in the dictionary forms of each of its readings."""
        return tuple(forms(word) for word in self.words)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(word for word in _WORD.findall(self.name) if len(word) >= SHORTEST_NAME)

    @cached_property
    def by_surname(self) -> "Person":
        """The same person, known by those words alone that are no first name."""
        return replace(self, name=" ".join(word for word in self.words if _may_be_surname(word)))

    @cached_property
    def initials(self) -> str:
        return "".join(sorted({word[0] for word in self.words}))

    @cached_property
    def pattern(self) -> str:
        """A regular expression, for Python and PostgreSQL alike, that meets whatever `mask` would take out far from his
        cards, and more; also where JSON has escaped letters. "" where there is nothing to look for."""
        ways = [spelt_as(one) for one in self._known()]
        ways += [spelt_as(one) if "@" in one else "[^0-9]{0,3}".join(one) for one in sorted(self.numbers) if one]
        if len(self.words) > 1:
            longest = max(self.by_surname.words or self.words, key=len)
            ways.append(spelt_as(longest[: max(3, len(longest) - 3)]))
        return "|".join(ways)

    def _known(self) -> list[str]:
        """The number and the nicks that are long enough to be his alone."""
        known = sorted(nick for nick in self.nicks if len(nick) >= SHORTEST_NICK)
        known += [self.number] if len(self.number) >= SHORTEST_NUMBER else []
        return known + ([f"id{self.number}"] if self.number else [])

    @cached_property
    def exact(self) -> re.Pattern[str] | None:
        """The number and the nicks where they stand by themselves."""
        known = self._known()
        if not known:
            return None
        ways = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
        return re.compile(rf"{_LEADS}@?(?<![^\W_])(?:{ways})(?![^\W_])/?", re.IGNORECASE)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_plain(secret) for secret in self.secrets)


def forms(word: str) -> frozenset[str]:
    """The word itself, folded, and its dictionary forms."""
    folded = fold(word)
    return frozenset({folded, *(normal_forms(folded) if folded else ())})


def secrets_in(texts: Iterable[str]) -> frozenset[str]:
    """Phones, addresses of mail and numbers of papers that stand in these texts, as they stand there."""
    return frozenset(text[one.start : one.end] for text in texts if text for one in find(text) if one.kind in NUMBERED)


def mask(text: str, person: Person, *, near: bool) -> str:
    """The text without this person. `near`: it stands on one of his cards. Any text at all, never raises."""
    if not text:
        return text
    plain = MENTION.sub(lambda match: _mention(match, person), text)
    plain = AT_MENTION.sub(lambda match: _mention(match, person), plain)
    if person.exact:
        plain = person.exact.sub(_address, plain)
    return _names(_numbers(plain, person), person, near=near)


def mask_in(value: Any, person: Person, *, near: bool) -> Any:
    """The same for everything inside a JSON value, keys left as they are."""
    if isinstance(value, str):
        return mask(value, person, near=near)
    if isinstance(value, list):
        return [mask_in(item, person, near=near) for item in value]
    if isinstance(value, dict):
        return {key: mask_in(item, person, near=near) for key, item in value.items()}
    return value


def _mention(match: re.Match[str], person: Person) -> str:
    whole = match.group()
    named = whole.split("|")[0].lower()
    numbers = _NUMBER_IN.findall(named)
    his = bool(person.number) and person.number in numbers
    return MASKS["name"] if his or any(nick.lower() in named for nick in person.nicks) else whole


def _address(match: re.Match[str]) -> str:
    return LINK if "/" in match.group() else MASKS["name"]


def _numbers(text: str, person: Person) -> str:
    if not person.numbers or not (_DIGITS.search(text) or "@" in text):
        return text
    kept: list[str] = []
    done = 0
    for one in find(text):
        if one.kind in NUMBERED and _plain(text[one.start : one.end]) in person.numbers:
            kept += [text[done : one.start], MASKS[one.kind]]
            done = one.end
    return "".join([*kept, text[done:]])


def _names(text: str, person: Person, *, near: bool) -> str:
    if not person.names:
        return text
    word_matches = [(match, _which(match.group(), person)) for match in _WORD.finditer(text)]
    called = [(match, which) for match, which in word_matches if which is not None and not _is_street(match, text)]
    if not near:
        called = [
            pair
            for at, pair in enumerate(called if len(person.names) > 1 else [])
            if _is_beside_another(pair, [*called[max(at - 1, 0) : at], *called[at + 1 : at + 2]], text)
            or _is_signed(pair, person, text)
        ]
    kept: list[str] = []
    done = 0
    for match, _which_name in called:
        kept += [text[done : match.start()], MASKS["name"]]
        done = match.end()
    return "".join([*kept, text[done:]])


def _which(word: str, person: Person) -> int | None:
    """Which word of the name this one is a form of."""
    if len(word) < SHORTEST_NAME or not (word[0].isupper() or _is_but_a_name(word)):
        return None
    mine = forms(word)
    return next((number for number, name in enumerate(person.names) if mine & name), None)


def _is_beside_another(mine: tuple[re.Match[str], int], called: Sequence[tuple[re.Match[str], int]], text: str) -> bool:
    return any(
        mine[1] != other[1]
        and _BETWEEN.fullmatch(text[min(mine[0].end(), other[0].end()) : max(mine[0].start(), other[0].start())])
        for other in called
    )


def _is_street(match: re.Match[str], text: str) -> bool:
    """«на улице Мира» is where it is, whoever is called Мира."""
    return _STREET_BEFORE.search(text[max(0, match.start() - 20) : match.start()]) is not None


def _is_signed(mine: tuple[re.Match[str], int], person: Person, text: str) -> bool:
    """«Перепёлкина Ж. С.», «Ж.С. Перепёлкина»."""
    match, which = mine
    if not _may_be_surname(person.words[which]):
        return False
    one = rf"(?<![^\W_])[{person.initials}]\.\s?"
    before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 5]
    return bool(re.search(rf"{one}(?:\w\.\s?)?$", before) or re.match(rf"\s{{1,2}}{one}", after))


def _is_but_a_name(word: str) -> bool:
    """Whether nobody writes this word in small letters but for a person."""
    return all(reading & _NAME_READINGS for reading in tags(fold(word)))


def _may_be_surname(word: str) -> bool:
    readings = tags(fold(word))
    return any("Surn" in reading for reading in readings) or not any("Name" in reading for reading in readings)


def spelt_as(text: str) -> str:
    """A piece of a regular expression that meets this text in whatever case, «е» for «ё», escaped by JSON or not."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    same = "еёЕЁ" if letter in "еёЕЁ" else {letter.lower(), letter.upper()}
    ways = [re.escape(one) for one in sorted(same)]
    ways += [rf"\\u{ord(one):04x}" for one in sorted(same) if not one.isascii()]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _plain(number: str) -> str:
    """Digits alone, a Russian phone without its first one; mail in lower case."""
    if "@" in number:
        return number.lower()
    digits = "".join(_DIGITS.findall(number))
    return digits[1:] if len(digits) == 11 and digits[0] in "78" else digits or fold(number)
