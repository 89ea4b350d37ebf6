"""Texts that name a place or a person and say nothing of them: a bare address, a signature, a file's name. Pure."""

import re
from itertools import pairwise

from otklik.lib.text import spans, tags

WORDS_LIMIT = 14

_STREET = frozenset(
    re.findall(
        r"[\w-]+",
        "ул улица улице улицы улиц пр пр-т просп проспект проспекта проспекте пер переулок переулка переулке пл "
        "площадь площади бул бульвар бульваре наб набережная набережной шоссе ш проезд проезда проезде тупик аллея "
        "тракт линия мкр микрорайон микрорайона микрорайоне мкрн квартал г гор город города городе с село селе дер "
        "деревня деревне пос поселок поселке поселка пгт станица станице хутор хуторе район района районе р-н обл "
        "область области край сквер сквера сад парк остановка остановке станция метро угол углу перекресток "
        "перекрестке пересечение пересечении",
    )
)
_ADDRESS = _STREET | frozenset(
    re.findall(
        r"\w+",
        "д дом дома доме домов к корп корпус корпуса стр строение лит литер литера литеры буква владение кв "
        "квартира этаж п под подъезд подъезда парадная парадной вход двор дворе двора между около возле рядом "
        "напротив р н стадион школа школе больница поликлиника детская сторона стороне стороны четная нечетная "
        "адрес адресу адреса указан виден по на в во у от до со за и это здесь тут там вот номер а б в г е большая "
        "большой малая малой новая новой старая красная верхняя нижняя первый второй третий четвертый первая "
        "вторая третья",
    )
)
_SIGNATURE = frozenset(
    re.findall(
        r"\w+",
        "уважением мой моя мои меня зовут данные телефон тел т фио анонимно анон житель жительница дата рождения",
    )
)
_NAME = frozenset({"Name", "Surn", "Patr", "Geox"})
# «Грязная», «такая»: what is said of a street, not its name.
_QUALITY = frozenset({"Qual", "Apro", "Anum"})
_NUMBER = re.compile(r"[\d-]+[а-яa-z]?")
_FILE = re.compile(r"(?:[\w ()-]{1,80}\.(?:mp4|mov|avi|jpe?g|png|heic|gif|pdf|docx?)\s?){1,5}")


def names_a_file(folded: str) -> bool:
    """Nothing but names of files: «IMG 2041.jpg»."""
    return bool(_FILE.fullmatch(folded[:400].strip()))


def says_only_where_or_who(tidied: str, folded: str, polite: frozenset[str]) -> bool:
    """Every word is a greeting, a part of an address, a name or a number, and one at least is a name or a number.

    Of a name nobody knows for sure: a word that the dictionary knows as one, an adjective or a genitive beside a
    street or a number. «Садовая 14» is bare; «Садовая 14 тоже» and «ул Садовая грязная» are not.
    """
    bounds = list(spans(folded))
    if not 0 < len(bounds) <= WORDS_LIMIT or "?" in folded:
        return False
    kinds = ["", *(_of(folded[start:end], polite) for start, end in bounds), ""]
    shouted = tidied.isupper()
    for at, (start, end) in enumerate(bounds, 1):
        if not kinds[at]:
            written = not shouted and tidied[start].isupper()
            name = _is_name(folded[start:end], kinds[at - 1], kinds[at + 1], first=at == 1, written=written)
            kinds[at] = "name" if name else "word"
    return "word" not in kinds and bool({"name", "number"} & set(kinds)) and _close(kinds)


def _of(word: str, polite: frozenset[str]) -> str:
    if _NUMBER.fullmatch(word):
        return "number"
    if word in _STREET:
        return "street"
    return "small" if word in _ADDRESS or word in _SIGNATURE or word in polite else ""


def _is_name(word: str, before: str, after: str, *, first: bool, written: bool) -> bool:
    """`written`: with a capital letter where it means something. Neighbours are kinds of words."""
    readings = tags(word)
    beside = after in ("street", "number") or before == "street"
    if not readings:
        return word.isalpha() and (beside or (written and not first))
    if readings[0] & _NAME or (written and not first and any(reading & _NAME for reading in readings)):
        return True
    if any("ADJF" in reading and not reading & _QUALITY for reading in readings):
        return beside or (written and not first)
    if written and (beside or before == "name") and any("ADJF" in reading for reading in readings):
        return True
    return beside and written and any({"NOUN", "gent"} <= reading for reading in readings)


def _close(kinds: list[str]) -> bool:
    """A lone number says nothing, and is no address either."""
    return "name" in kinds or any({"number", "street"} == {one, other} for one, other in pairwise(kinds))
