"""What was meant by words that find nothing: those that no card has are put right, the others stay as they were typed.

No vocabulary is kept for it: of all that one slip makes of a word the index of words itself says what there is, and the
newest cards say which is the commonest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.db import connection
from django.db.models import QuerySet

from otklik.finding import store
from otklik.finding.links import is_link
from otklik.finding.search import NEWEST, number_in, search
from otklik.finding.words import Wanted, asked, readings
from otklik.incidents.models import Incident
from otklik.lib import text as russian

MOST_SLIPS = 2
LONGEST = 24
SHORTEST = 4
"""Letters. A shorter word is one slip away from too many others."""
SURE_FIRST = 6
"""In a word with fewer letters the first one has to be right, and it is only taken for a word of the dictionary."""

_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_LAYOUT = str.maketrans(_LATIN, _CYRILLIC)
_PERSON = frozenset({"Name", "Surn", "Patr"})
_SURNAMES = ("ова", "ева", "ина", "енко", "швили", "вич", "вна", "дзе", "чук", "ов", "ев", "ин", "ян")
_ADJECTIVES = ("ский", "ская")  # of surnames, and of villages


@dataclass(frozen=True, slots=True)
class Meant:
    """The words that were meant. Not `sure`: what was typed is a word, too, of the dictionary or of a card."""

    words: str
    sure: bool = True


def meant(words: str, cards: QuerySet[Incident], hit_count: int = 0) -> Meant | None:
    """The words by which more than `hit_count` of these cards are found, if a slip tells them from `words`, which find
    so many; None where nothing better is known. That a sure one finds any of these cards is for the caller to see, who
    searches by it anyway. Four queries at most, and none for words that are all spelt right.
    """
    if is_link(words) or number_in(words):
        return None
    turned = in_russian_layout(words)
    if turned != words and not hit_count and search(turned, cards, 1):
        return Meant(turned)
    better = _corrected(turned, hit_count)
    if better and better.sure:
        return better
    return better if better and len(search(better.words, cards, hit_count + 1)) > hit_count else None


@dataclass(frozen=True, slots=True)
class Slip:
    """A word with all that it may have been meant to be. `forms` lead from a word of a card to those; `pairs` are two
    words without their space, in all their forms."""

    word: str
    forms: Mapping[str, list[str]]
    pairs: Mapping[str, tuple[frozenset[str], frozenset[str]]]

    def query(self) -> str:
        """Cards that have any of it; "" where there is nothing to have."""
        pairs = [[_wanted(left), _wanted(right)] for left, right in self.pairs.values()]
        return store.either(store.query(one) for one in ([_wanted(self.forms)], *pairs) if one[0].forms)

    def on(self, card: frozenset[str]) -> set[str]:
        """What of it is on a card with these words."""
        matching_words = {one for form in card & self.forms.keys() for one in self.forms[form]}
        return matching_words | {
            pair for pair, sides in self.pairs.items() if all(not card.isdisjoint(side) for side in sides)
        }


def _corrected(words: str, hit_count: int) -> Meant | None:
    wanted = asked(words)
    doubtful = [one for one in wanted if may_be_slip(one.word)]
    strange = [one for one in doubtful if not russian.is_word(one.word)] or ([] if hit_count else doubtful)
    if not 0 < len(strange) <= MOST_SLIPS:
        return None
    rest = [one for one in wanted if one not in strange]
    best: Mapping[str, str] = {}
    for known_alone in (True, False):
        if not best and (known_alone or not hit_count):
            slips = [_slip(one.word, known_alone) for one in strange]
            best = _commonest(slips, _newest([*([store.query(rest)] if rest else []), *(one.query() for one in slips)]))
    known = hit_count or any(russian.is_word(one) for one in best)
    return Meant(_written(words, best), sure=not known) if best else None


def _slip(word: str, known_alone: bool) -> Slip:
    """A word that the dictionary has is looked for in any form, and first: it has few of all that one slip makes.
    Another one, the name of a village maybe, as it is."""
    forms: dict[str, list[str]] = {}
    for other in meanings(word, known_alone):
        for form in _forms(other):
            forms.setdefault(form, []).append(other)
    return Slip(word, forms, {f"{left} {right}": (_forms(left), _forms(right)) for left, right in two_words(word)})


def _forms(word: str) -> frozenset[str]:
    return frozenset((word, *readings(word))) if russian.is_word(word) else frozenset((word,))


def _wanted(forms: Iterable[str]) -> Wanted:
    return Wanted("", tuple(sorted(forms)))


def _newest(queries: Sequence[str]) -> list[frozenset[str]]:
    """The words of the newest cards that fit all of these. One query."""
    if not all(queries):
        return []
    column = "array_to_string(tsvector_to_array(words), ' ')" if store.is_postgresql() else "words"
    sql = (
        f"SELECT {column} FROM {store.TABLE} WHERE {store.condition()}"  # noqa: S608 our own names
        f" ORDER BY {store.id_column()} DESC LIMIT {NEWEST}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [store.both(queries)])
        return [frozenset(row[0].split(" ")) for row in cursor.fetchall()]


def _commonest(slips: Sequence[Slip], cards: Iterable[frozenset[str]]) -> dict[str, str]:
    """What each slip means: what most cards have, of all slips together, and of equals what they have in this form.
    Empty when none has."""
    counted: Counter[tuple[str, ...]] = Counter()
    literal: Counter[tuple[str, ...]] = Counter()
    for card in cards:
        for together in product(*(slip.on(card) for slip in slips)):
            counted[together] += 1
            literal[together] += card.issuperset(together)
    best = max(counted, key=lambda together: (counted[together], literal[together], together), default=())
    return {slip.word: word for slip, word in zip(slips, best, strict=bool(best))}


def _written(words: str, instead: Mapping[str, str]) -> str:
    """What was typed, with other words in the place of these folded ones."""
    shown, folded = russian.tidy(words), russian.fold(words)
    pieces, at = list[str](), 0
    for start, end in _parts(folded):
        pieces += [shown[at:start], instead.get(folded[start:end], shown[start:end])]
        at = end
    return "".join([*pieces, shown[at:]])


def _parts(folded: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends, and each part of one with a hyphen."""
    for start, end in russian.spans(folded):
        for part in folded[start:end].split("-"):
            yield start, start + len(part)
            start += len(part) + 1


def may_be_slip(word: str) -> bool:
    """Whether it may be another word misspelt: Cyrillic letters and nothing else, and the name of nobody."""
    return SHORTEST <= len(word) <= LONGEST and set(word) <= set(_LETTERS) and not _is_person(word)


def meanings(word: str, known: bool) -> Iterator[str]:
    """The words of which one slip makes this one: a letter too many, too few, another one, or two of them in the wrong
    order. Of the dictionary where `known`, else every row of letters that the dictionary lacks.

    Who asks for a person is never shown another one, nor a thing that is called alike.
    """
    if not known and len(word) < SURE_FIRST:
        return
    ending = _surname_ending(word)
    for other in sorted(_one_slip_away(word)):
        begins_alike = len(word) >= SURE_FIRST or other[:1] == word[0] or other[:2] == word[1::-1]
        if begins_alike and other.endswith(ending) and russian.is_word(other) == known and _of_nobody(other, known):
            yield other


def two_words(word: str) -> Iterator[tuple[str, str]]:
    """The ways to read it as two words of the dictionary with the space left out; none for a word that is one."""
    for at in range(3, 0 if russian.is_word(word) else len(word) - 2):
        if russian.is_word(word[:at]) and russian.is_word(word[at:]):
            yield word[:at], word[at:]


def in_russian_layout(typed: str) -> str:
    """The same keys in the Russian layout, for those words that hold Latin letters and no Cyrillic ones."""
    return " ".join(_in_russian(word) for word in typed.split())


def _in_russian(word: str) -> str:
    latin = any("a" <= letter <= "z" for letter in word.lower())
    return word.translate(_LAYOUT) if latin and word.isascii() else word


def _one_slip_away(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    without = {left + right[1:] for left, right in cuts if right}
    turned = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    others = {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    more = {left + letter + right for left, right in cuts for letter in _LETTERS}
    return (without | turned | others | more) - {word}


def _of_nobody(word: str, known: bool) -> bool:
    return not (_is_person(word) if known else word.endswith(_SURNAMES))


def _is_person(word: str) -> bool:
    """Whether the dictionary has it as somebody's name first of all."""
    return russian.is_word(word) and not _PERSON.isdisjoint(russian.tags(word)[0])


def _surname_ending(word: str) -> str:
    """ "" for what does not end like a surname, and for a word of the dictionary."""
    return "" if russian.is_word(word) else next((one for one in (*_SURNAMES, *_ADJECTIVES) if word.endswith(one)), "")
