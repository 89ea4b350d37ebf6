"""Personal data in a text: phones, addresses of mail, numbers of cards and papers, flats, names, days of birth; pure.

Numbers are known by their shape, their check digit or the word beside them. A name of a street, a school or a monument
is no personal data (names.py). It finds what people write to be found by; it is no promise that nothing is
left.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from otklik.lib.original import Original
from otklik.triage.personal.names import names

Kind = Literal["phone", "email", "card", "passport", "snils", "inn", "flat", "name", "birth"]
MASKS: dict[Kind, str] = {
    "phone": "[телефон]",
    "email": "[почта]",
    "card": "[карта]",
    "passport": "[паспорт]",
    "snils": "[СНИЛС]",
    "inn": "[ИНН]",
    "flat": "[номер]",
    "name": "[имя]",
    "birth": "[дата рождения]",
}
ALL: frozenset[Kind] = frozenset(MASKS)

BESIDE = 30
"""Characters before a number in which a word says what it is."""

Span = tuple[int, int]

_SEP = r"[ \-–—().]{0,3}"
_SPELLED_ZERO = re.compile(r"(?<=\d)[oо]{1,3}(?=\d)|(?<=\d)[oо](?=[ -]\d)")
_SPELLED_THREE = re.compile(r"(?<=\d)[з](?=\d)")

_LONG_PHONE = re.compile(rf"(?<![\d№#])(?<!\d[.:-])(?:\+ ?7|[78])(?:{_SEP}\d){{10}}(?!\d)(?![.:]\d)")
_ABROAD = re.compile(rf"(?<!\d)\+ ?[1-69](?:{_SEP}\d){{9,13}}(?!\d)")
_MOBILE = re.compile(rf"(?<![\d№#/+])(?<!\d[.,:/ -])\(?9\d\d\)?{_SEP}\d{{3}}{_SEP}\d\d{_SEP}\d\d(?![\d/])(?![.,:-]\d)")
_WITH_CODE = re.compile(r"(?<!\d)\( ?\d{3,5} ?\) ?\d(?:[ -]?\d){4,6}(?!\d)")
_SHORT_PHONE = re.compile(
    r"(?<!\w)(?:тел(?:ефон\w{0,3})?|т(?=\.)|звон\w{1,8}|позвон\w{1,8}|моб(?:ильн\w{1,3})?|сот(?:ов\w{1,3})?|домашн\w{1,3})"
    r"[ .:№-]{0,4}(?:номер|тел\.?)?[ .:№-]{0,3}(\d{1,3}[ -]\d\d[ -]\d\d|\d{5,7})(?![\d/])(?![.,:-]\d)"
)
_PHONE_CODES = frozenset("3489")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_SPOKEN_EMAIL = re.compile(
    r"(?<![\w.-])[a-z0-9][a-z0-9._-]{1,40} ?[(\[]? ?(?:собака|собачка|sobaka|@) ?[)\]]? ?"
    r"[a-z0-9-]{2,30} ?(?:точка|\.) ?(?:ru|com|net|org|ру|рф)(?!\w)"
)
_CARD = re.compile(
    r"(?<!\d)(?:(?<!\d{4}[ -])[2-6]\d{3}(?:[ -]\d{4}){3}(?:[ -]\d{2,3})?|[2-6]\d{14,18}|[2-6](?: \d){15})(?!\d)"
)
_PASSPORT = re.compile(r"(?<!\d)(?<!\d[.,:/-])\d\d ?\d\d ?[,№n-]{0,2} ?(?:номер|№)? ?\d{6}(?!\d)(?![.,:-]\d)")
_SNILS = re.compile(r"(?<!\d)(?<!\d[.,:/-])\d{3}([ -]?)\d{3}[ -]?\d{3}[ -]?\d\d(?!\d)(?![.,:-]\d)")
_INN = re.compile(r"(?<!\d)\d{12}(?!\d)")
_MONTH = r"(?:январ|феврал|март|апрел|ма|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:я|а)"
_DATE = re.compile(
    rf"(?<![\d.])(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}} {_MONTH} \d{{4}})"
    r"(?!\d)(?![./-]\d)"
)
_BORN_BEFORE = re.compile(r"(?:родил(?:ся|ась|ись|и)|дата рожд\w*|рожден\w*|д\.? ?р\.)[ :,-]{0,3}$")
_BORN_AFTER = re.compile(r"[ ,]{0,2}(?:г\.? ?р(?:\.|\b)|г(?:\.|ода?)? ?рожд|рожд)")
_FLAT = re.compile(
    r"(?<![\w-])кв(?:артир(?:а|ы|е|у|ой)|-?ра|-?ре|-?ру)?[ .,:]{0,3}(?:№|номер)? ?(\d{1,4}[а-г]?)(?![\w/])(?![.:-]\d)"
    r"(?! ?(?:кв|м\b|метр|м2|год|г\.|-?комн|-х\b|руб|тыс|этаж|градус|°|%|час|дн[яе]|чел|сем[ье]|дет|реб|комнат))"
)
_FLAT_FIRST = re.compile(r"(?<![\d.,:/-])(\d{1,4})(-?(?:я|й|ой|ей|ую))? (квартир(?:а|е|у|ы|ой))\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_OF_SOMETHING = re.compile(
    r"(?:№|счет\w*|заявк\w*|обращени\w*|дел[оау]?|инн|огрн|снилс|трек\S*|полис\w*|договор\w*|кадастр\w*|октмо|кпп|код)"
    r"[ :№.-]{0,4}(?:номер[ :№.-]{0,3})?$"
)
_DIGIT = re.compile(r"\d")
_MAIL_SIGN = re.compile("@|соба[кч]|sobaka")
_AMOUNT = re.compile(r" ?(?:руб|₽|тыс|млн|млрд|коп|шт\b|гкал|квт|жител|человек|голос|чел\b|р\.)")


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of personal data: `text[start:end]` of the text as it was given."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> list[Personal]:
    """The personal data in any text at all, in its order; no two overlap."""
    original = Original(text)
    folded = original.folded
    plain = folded
    if _DIGIT.search(folded):
        plain = _SPELLED_THREE.sub("3", _SPELLED_ZERO.sub(lambda zeros: "0" * len(zeros.group()), folded))
    taken = bytearray(len(plain))
    fragments: list[Personal] = []
    digits = len(_DIGIT.findall(plain))
    for kind, least, spans in _FINDERS:
        for start, end in spans(plain) if digits >= least else ():
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                fragments.append(Personal(kind, *original.span(start, end)))
    for start, end in names(original.tidied, folded):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            fragments.append(Personal("name", *original.span(start, end)))
    return sorted(fragments, key=lambda one: one.start)


def mask(text: str, kinds: Collection[Kind] = ALL) -> str:
    """The text with a fixed word in brackets for every piece of these kinds; the rest is as it was."""
    kept: list[str] = []
    done = 0
    for one in find(text):
        if one.kind in kinds:
            kept += [text[done : one.start], MASKS[one.kind]]
            done = one.end
    return "".join([*kept, text[done:]])


def _before(plain: str, start: int) -> str:
    return plain[max(start - BESIDE, 0) : start]


def _digits(piece: str) -> list[int]:
    return [int(sign) for sign in piece if "0" <= sign <= "9"]


def _phones(plain: str) -> Iterator[Span]:
    for match in _LONG_PHONE.finditer(plain):
        digits = _digits(match.group())
        free = digits[1:4] == [8, 0, 0]  # 8-800 is a hotline and nobody's own
        if str(digits[1]) in _PHONE_CODES and not free and not _counts(plain, match):
            yield match.span()
    for match in _ABROAD.finditer(plain):
        yield match.span()
    for pattern in (_MOBILE, _WITH_CODE):
        for match in pattern.finditer(plain):
            if len(_digits(match.group())) == 10 and not _counts(plain, match):
                yield match.span()
    for match in _SHORT_PHONE.finditer(plain):
        if not _AMOUNT.match(plain, match.end()):
            yield match.span(1)


def _counts(plain: str, match: re.Match[str]) -> bool:
    """Whether the digits are a sum, or the number of an account or a case."""
    if match.group().startswith("+"):
        return False
    return bool(_AMOUNT.match(plain, match.end()) or _OF_SOMETHING.search(_before(plain, match.start())))


def _emails(plain: str) -> Iterator[Span]:
    for pattern in (_EMAIL, _SPOKEN_EMAIL) if _MAIL_SIGN.search(plain) else ():
        for match in pattern.finditer(plain):
            yield match.span()


def _cards(plain: str) -> Iterator[Span]:
    for match in _CARD.finditer(plain):
        digits = _digits(match.group())
        named = "карт" in _before(plain, match.start())
        if (named and len(digits) >= 15) or (len(digits) == 16 and luhn(digits)):
            yield match.span()


def luhn(digits: list[int]) -> bool:
    """The check of a bank card's number (ISO/IEC 7812-1)."""
    doubled = [digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _passports(plain: str) -> Iterator[Span]:
    for match in _PASSPORT.finditer(plain):
        named = re.search(r"паспорт|серия", _before(plain, match.start()))
        apart = re.fullmatch(r"\d\d ?\d\d[ №]{1,3}\d{6}", match.group())
        if named or (apart and not _YEAR.match(match.group()) and not _counts(plain, match)):
            yield match.span()


def _snils(plain: str) -> Iterator[Span]:
    for match in _SNILS.finditer(plain):
        after = plain[match.end() : match.end() + BESIDE]
        named = re.search(r"снилс|страховой номер", _before(plain, match.start()) + "|" + after)
        if named or (match.group(1) and control(_digits(match.group()))):
            yield match.span()


def control(digits: list[int]) -> bool:
    """The check of a СНИЛС (the pension fund's rule): nine digits weighed 9 to 1, modulo 101."""
    checksum = sum(digit * (9 - place) for place, digit in enumerate(digits[:9])) % 101 % 100
    return checksum == digits[9] * 10 + digits[10]


def _inns(plain: str) -> Iterator[Span]:
    """Twelve digits are a person's; ten are a firm's."""
    for match in _INN.finditer(plain):
        if re.search(r"\bинн\b", _before(plain, match.start())):
            yield match.span()


def _births(plain: str) -> Iterator[Span]:
    for match in _DATE.finditer(plain):
        if _BORN_BEFORE.search(_before(plain, match.start())) or _BORN_AFTER.match(plain, match.end()):
            yield match.span()


def _flats(plain: str) -> Iterator[Span]:
    if "кв" not in plain:
        return
    used = set()
    for match in _FLAT.finditer(plain):
        if not _YEAR.fullmatch(match.group(1)):
            used.add(match.start())
            yield match.span(1)
    for match in _FLAT_FIRST.finditer(plain):
        if match.start(3) in used:
            continue
        several = match.group().endswith("ы") and match.group(1)[-1] in "234"  # «3 квартиры» are three
        if match.group(2) or not several:
            yield match.span(1)


# Of each kind: how many digits a text must have before it is looked for; most texts have those of a house at most.
_FINDERS: tuple[tuple[Kind, int, Callable[[str], Iterator[Span]]], ...] = (
    ("email", 0, _emails),
    ("snils", 11, _snils),
    ("card", 15, _cards),
    ("inn", 12, _inns),
    ("passport", 10, _passports),
    ("phone", 5, _phones),
    ("birth", 4, _births),
    ("flat", 1, _flats),
)
