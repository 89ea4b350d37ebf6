"""What somebody may have meant by a word that nothing is found by. Pure: folded words in and out."""

from collections.abc import Iterator

from otklik.lib import text as russian

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
