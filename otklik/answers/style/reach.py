"""What the network and the law say of it: length, links, personal data. Pure."""

import re
from collections.abc import Iterator

from otklik.answers.parts import objections
from otklik.answers.style.phrases import phrases
from otklik.answers.style.read import Reading
from otklik.answers.style.values import Fault, Level
from otklik.lib.sentence import Sentence as _
from otklik.networks.counting import LINK
from otklik.triage.personal.finder import Kind, find

LONG = 700
"""Characters: what the regions advise their writers to keep to is 600 to 700."""
_WALL = 1000
_SHORTENER = re.compile(
    r"\b(?:clck\.ru|vk\.cc|bit\.ly|goo\.su|goo\.gl|t\.ly|u\.to|tinyurl\.com|is\.gd|cutt\.ly|qps\.ru)\b"
)
_SECRET: frozenset[Kind] = frozenset({"card", "passport", "snils", "inn", "flat", "birth"})
_OWN = phrases("ваш* ~2 (номер*|телефон*|почт*)", "сотов*", "мобильн*")
_TALE = phrases(
    *("диагноз*", "инвалид*", "состоит на учете", "онкологич*", "вич", "психиатр*", "алкоголи*", "наркоман*", "судим*"),
    "(задолженност*|долг*|должен|должна|не платит) ~6 (тысяч*|тыс|руб*)",
)


def length(reading: Reading) -> Iterator[Fault]:
    """What the network would refuse or has said in parts, and what nobody reads to its end."""
    about = reading.about
    if about.bounds is not None:
        for words in objections(reading.text, about.bounds, direct=about.direct, photos=about.photos):
            yield Fault("network", Level.STOP, words)
    if about.parts > 1:
        yield Fault(
            "parts",
            Level.NOTE,
            _("Ответ уйдёт по частям: %(parts)s. Короткий дочитают скорее.") % {"parts": about.parts},
        )
    count = len(reading.text)
    if count > LONG:
        level = Level.WARNING if count > _WALL else Level.NOTE
        yield Fault(
            "too_long",
            level,
            _("%(count)s знаков: дочитают немногие, лучшие ответы короче %(long)s.") % {"count": count, "long": LONG},
        )


def links(reading: Reading) -> Iterator[Fault]:
    """What a network punishes, and what a person does not dare to press."""
    for match in _SHORTENER.finditer(reading.plain):
        words = _("Сокращённая ссылка: люди её боятся, сети считают спамом. Дайте полный адрес.")
        yield Fault("link", Level.WARNING, words, *match.span())
    matches = list(LINK.finditer(reading.text))
    if len(matches) > 1:
        words = _("Несколько ссылок в одном ответе сети прячут как спам: оставьте одну.")
        yield Fault("link", Level.WARNING, words, *matches[1].span())
    elif matches and reading.about.link_warning and not reading.about.direct:
        yield Fault("link", Level.WARNING, reading.about.link_warning, *matches[0].span())


def personal(reading: Reading) -> Iterator[Fault]:
    """152-ФЗ: nobody's data are spread without his consent. In a private answer his own may stand, others' may not."""
    named = False
    for one in find(reading.text):
        if one.kind in _SECRET and not reading.about.direct:
            yield Fault(
                "personal", Level.STOP, _("Личные данные в ответе, который увидят все: уберите."), one.start, one.end
            )
        elif one.kind == "name":
            named = True
            words = _("Полное имя: если это не должностное лицо, уберите.")
            yield Fault("personal", Level.WARNING, words, one.start, one.end)
        elif one.kind not in _SECRET and not reading.about.direct:
            own = named or _OWN.search(reading.plain, max(one.start - 40, 0), one.end)
            level = Level.WARNING if own else Level.NOTE
            yield Fault("personal", level, _("Чей это телефон или адрес? Если человека, уберите."), one.start, one.end)
    for match in _TALE.finditer(reading.plain) if named or not reading.about.direct else ():
        level = Level.STOP if named else Level.WARNING
        yield Fault("personal", level, _("Здоровье, долги и дела человека – его тайна."), *match.span())
