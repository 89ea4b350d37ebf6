"""To whom it speaks: a neutral greeting, the name as in the profile, no hour of the day, no guess of a gender. Pure."""

import re
from collections.abc import Iterator

from otklik.answers.style.read import Reading
from otklik.answers.style.values import Fault, Level
from otklik.lib.sentence import Sentence as _
from otklik.lib.text import lemma, lower, normal_forms, tags

_NAME = r"([А-ЯЁ][а-яё]+(?:[- ][А-ЯЁ][а-яё]+){0,2})"
_HELLO = (
    r"[Зз]дравствуйте|[Дд]обр(?:ый|ое|ого|ой) (?:день|утро|вечер|дня|утра|вечера|ночи|времени суток)"
    r"|[Пп]риветству\w+|[Пп]ривет"
)
_GREETED = re.compile(rf"^\W{{0,4}}(?:{_HELLO}|[Уу]важаем(?:ый|ая|ые))[,!]?\s+(?:[Уу]важаем(?:ый|ая)\s+)?{_NAME}[,!.]")
_CALLED = re.compile(rf"^\W{{0,4}}{_NAME},\s+(?:{_HELLO.lower()}|благодар|спасибо|вы\b|ваш)")
_HOUR = re.compile(r"\b(?:добр(?:ое|ого) утр[оа]|добр(?:ый|ого) вечера?|доброй ночи|доброго времени суток)\b[!,.]?")
_DAY = re.compile(r"\bдобр(?:ый|ого) дня?|добрый день\b")
_DEAR = re.compile(r"\bуважаем(ый|ая)\b")
_GUESS = re.compile(r"\b(?:уважаемый\(ая\)|уважаемый/ая|\w+л\(а\)|\w+ый\(ая\)|г-н/г-жа|господин/госпожа)")
_YOURS = re.compile(
    r"\b[Уу]важаем(?:ый|ая|ые) (?:заявител|автор|житель|жител|подписчик|пользовател|гражданин|гражданк"
    r"|обратившийс)\w*"
)
_PAST = re.compile(r"\bвы (?:\S+ ){0,2}?(\w+л|\w+ла|\w+лся|\w+лась)\b")

# How people who are called so are called for short: no dictionary of names gives it.
_SHORT = [
    row.split()
    for row in (
        "александр саша шура саня",
        "александра саша шура",
        "алексей леша алеша",
        "анастасия настя",
        "анна аня анюта",
        "андрей андрюша",
        "антонина тоня",
        "борис боря",
        "валентина валя",
        "валерий валера",
        "виктория вика",
        "виктор витя",
        "владимир вова володя",
        "вячеслав слава",
        "галина галя",
        "григорий гриша",
        "дарья даша",
        "дмитрий дима митя",
        "евгений женя",
        "евгения женя",
        "екатерина катя",
        "елена лена алена",
        "елизавета лиза",
        "иван ваня",
        "ирина ира",
        "ксения ксюша",
        "константин костя",
        "лариса лара",
        "людмила люда мила",
        "любовь люба",
        "максим макс",
        "мария маша марья",
        "михаил миша",
        "надежда надя",
        "наталья наташа наталия",
        "николай коля",
        "оксана ксана",
        "ольга оля",
        "павел паша",
        "петр петя",
        "роман рома",
        "светлана света",
        "сергей сережа",
        "софия софья соня",
        "станислав стас",
        "татьяна таня",
        "юлия юля",
        "юрий юра",
    )
]


def greeting(reading: Reading) -> Iterator[Fault]:
    """The name and the hour in it."""
    called = _GREETED.search(reading.text) or _CALLED.search(reading.text)
    if called and not _YOURS.match(reading.text, max(called.start(1) - 12, 0)):
        yield from _name(reading, called)
    for pattern, level in ((_HOUR, Level.WARNING), (_DAY, Level.NOTE)):
        if hour := pattern.search(reading.plain):
            words = _("Ответ выйдет в другой час: «Здравствуйте» годится всегда.")
            phrase = hour.group()
            instead = "Здравствуйте" + (phrase[-1] if phrase[-1] in "!,." else "")
            yield Fault("greeting", level, words, *hour.span(), instead)
    if dear := _YOURS.search(reading.text):
        yield Fault(
            "greeting",
            Level.WARNING,
            _("Это обращение из бланка: «Здравствуйте!» проще."),
            *dear.span(),
            "Здравствуйте",
        )


def _name(reading: Reading, called: "re.Match[str]") -> Iterator[Fault]:
    used_name, wanted = called.group(1), reading.about.name
    first = lower(re.split(r"[ -]", used_name)[0])
    hailed = called.re is _GREETED and reading.text[called.start(1) - 2] == ","  # and not «Здравствуйте! Да, …»
    if not wanted and (hailed or _is_name(first)):
        words = _("Имени человека в профиле нет: поздоровайтесь без имени.")
        yield Fault("wrong_name", Level.WARNING, words, *called.span(1))
    if not wanted or first == lower(wanted) or lower(used_name) == lower(wanted):
        return
    if lower(wanted) in normal_forms(first):
        words = _("Имя стоит не в том падеже: «%(name)s».") % {"name": wanted}
        yield Fault("wrong_name", Level.WARNING, words, *called.span(1), wanted)
    elif _short(first, lower(wanted)):
        yield Fault(
            "wrong_name",
            Level.NOTE,
            _("В профиле человек назвал себя иначе: «%(name)s».") % {"name": wanted},
            *called.span(1),
            wanted,
        )
    elif _is_name(first):
        words = _("В профиле другое имя: «%(name)s».") % {"name": wanted}
        yield Fault("wrong_name", Level.STOP, words, *called.span(1), wanted)


def gender(reading: Reading) -> Iterator[Fault]:
    """«Уважаемый Татьяна», «Вы писала», «обратился(ась)»."""
    for match in _GUESS.finditer(reading.plain):
        yield Fault("gender", Level.WARNING, _("Две формы сразу – как в бланке: обойдитесь без них."), *match.span())
    sex = _sex(lower(reading.about.name))
    for match in _DEAR.finditer(reading.plain):
        wrong = {"ый": "femn", "ая": "masc"}[match.group(1)]
        if sex == wrong:
            words = _("Обращение не того рода: «Здравствуйте» годится всем.")
            yield Fault("gender", Level.STOP, words, *match.span(), "Здравствуйте,")
    for match in _PAST.finditer(reading.plain):
        form = match.group(1)
        if any({"VERB", "past", "sing"} <= one for one in tags(form)):
            yield Fault(
                "gender", Level.WARNING, _("На «вы» говорят во множественном числе: «вы писали»."), *match.span(1)
            )


def _sex(name: str) -> str:
    genders = {
        "femn" if "femn" in one else "masc" for one in tags(name) if "Name" in one and not {"femn", "masc"} <= one
    }
    return genders.pop() if len(genders) == 1 else ""


def _is_name(word: str) -> bool:
    return any("Name" in one for one in tags(word)) or any(word in row for row in _SHORT)


def _short(one: str, other: str) -> bool:
    return any(one in row and other in row for row in _SHORT) or lemma(one) == lemma(other)
