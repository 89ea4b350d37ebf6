"""Is it told of a town or a region elsewhere? Finds «в Воронеже», «г. Тула», «в Ростовской области»; pure.

Only what stands where one says where he lives is taken for it: «как в Москве», «поезд из Москвы», «трасса на Ростов»
tell of something else. Names that are those of people or words, too («Владимир», «Орёл», «Шахты»), are left out.
"""

import re
from collections.abc import Iterable

from otklik.lib import text as russian

_TOWNS = frozenset(
    re.findall(
        r"\S+",
        """
    москва санкт-петербург петербург питер спб новосибирск екатеринбург казань челябинск омск самара ростов-на-дону
    уфа красноярск воронеж волгоград пермь краснодар саратов тюмень тольятти ижевск барнаул ульяновск иркутск
    хабаровск ярославль владивосток махачкала томск оренбург кемерово новокузнецк рязань астрахань пенза липецк
    чебоксары тула калининград курск ставрополь брянск тверь магнитогорск иваново архангельск чита белгород калуга
    смоленск сочи саранск череповец вологда владикавказ сургут мурманск тамбов петрозаводск таганрог кострома
    стерлитамак братск орск сыктывкар нижневартовск ангарск новороссийск химки нальчик якутск нижнекамск дзержинск
    благовещенск новгород прокопьевск рыбинск зеленоград бийск псков балаково армавир северодвинск сызрань абакан
    подольск березники волгодонск миасс новочеркасск назрань рубцовск мытищи уссурийск люберцы балашиха коломна
    пятигорск майкоп норильск альметьевск одинцово невинномысск первоуральск кисловодск новомосковск камышин
    новочебоксарск серпухов хасавюрт нефтекамск черкесск ачинск кызыл ногинск тобольск нефтеюганск новокуйбышевск
    ноябрьск батайск арзамас обнинск элиста дербент ухта канск междуреченск соликамск улан-удэ йошкар-ола
    петропавловск-камчатский южно-сахалинск комсомольск-на-амуре ханты-мансийск севастополь симферополь керчь ялта
    татарстан башкирия башкортостан дагестан чечня крым адыгея якутия бурятия карелия чувашия мордовия подмосковье
    """,
    )
)
"""Towns of Russia with a hundred thousand people by GeoNames, and regions of one name, in dictionary form."""
_IN, _TOWN = frozenset({"в", "во"}), frozenset({"г", "гор", "город", "городе"})
_LIVES = frozenset({"нас", "живу", "живем", "проживаю", "проживаем"})
_COMPARES = frozenset({"как", "чем", "лучше", "хуже", "вас", "даже", "почему"})
_BEFORE = frozenset({"нижний", "великий", "старый", "город"})
_REGIONS = frozenset({"область", "край", "республика"})
_OPENING = 4
"""The place is told in the first words, or after «у нас», «живу»: later on a text names what it likes."""
_LOCATIVE = frozenset({"loct", "loc2"})


class Outside:
    """Built once from all names of places of the region."""

    def __init__(self, own: Iterable[str]) -> None:
        self._own = {lemma for name in own for lemma in (russian.fold(name), *russian.lemmas(name))}

    def find(self, text: str) -> str:
        """The place elsewhere that the text tells of, as it stands there; "" for none."""
        tidied = russian.tidy(text)
        folded = russian.lower(tidied)
        bounds = russian.spans(folded)
        words = [folded[start:end] for start, end in bounds]
        if not _COMPARES.isdisjoint(words):
            return ""
        for at, word in enumerate(words):
            last = at + 1 if _names_a_region(words, at) else at
            lemma = russian.lemma(word)
            if (last > at or lemma in _TOWNS) and lemma not in self._own and _is_a_place(words, at):
                return tidied[bounds[at][0] : bounds[last][1]]
        return ""


def _names_a_region(words: list[str], at: int) -> bool:
    """«Ростовской» before «области»."""
    after = words[at + 1] if at + 1 < len(words) else ""
    return words[at].endswith(("ской", "ском", "цкой", "цком")) and russian.lemma(after) in _REGIONS


def _is_a_place(words: list[str], at: int) -> bool:
    first = at
    while first and (words[first - 1] in _TOWN or russian.lemma(words[first - 1]) in _BEFORE):
        first -= 1
    inside = first > 0 and words[first - 1] in _IN
    if not (inside or (first < at and words[first] in _TOWN)):
        return False
    first -= inside
    if first >= _OPENING and words[first - 1] not in _LIVES:
        return False
    named = any("Geox" in reading and not _LOCATIVE.isdisjoint(reading) for reading in russian.tags(words[at]))
    return named or not inside or _names_a_region(words, at)
