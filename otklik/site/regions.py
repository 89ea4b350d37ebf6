"""Which clock a region goes by: what `otklik init` proposes. Pure.

Source: the zones of the tz database and the subjects of the Federation that each of its Russian zones is for. Where a
subject has more than one, it is that of its capital.
"""

BY_ZONE = {
    "Europe/Kaliningrad": "Калининградская",
    "Europe/Samara": "Самарская, Удмуртия, Удмуртская",
    "Europe/Saratov": "Саратовская",
    "Europe/Astrakhan": "Астраханская",
    "Europe/Ulyanovsk": "Ульяновская",
    "Asia/Yekaterinburg": "Башкортостан, Пермский, Курганская, Оренбургская, Свердловская, Тюменская, Челябинская,"
    " Ханты-Мансийский, Югра, Ямало-Ненецкий",
    "Asia/Omsk": "Омская",
    "Asia/Barnaul": "Алтай, Алтайский",
    "Asia/Novosibirsk": "Новосибирская",
    "Asia/Tomsk": "Томская",
    "Asia/Novokuznetsk": "Кемеровская, Кузбасс",
    "Asia/Krasnoyarsk": "Красноярский, Тыва, Тува, Хакасия",
    "Asia/Irkutsk": "Бурятия, Иркутская",
    "Asia/Chita": "Забайкальский",
    "Asia/Yakutsk": "Якутия, Саха, Амурская",
    "Asia/Vladivostok": "Приморский, Хабаровский, Еврейская",
    "Asia/Magadan": "Магаданская",
    "Asia/Sakhalin": "Сахалинская",
    "Asia/Kamchatka": "Камчатский, Чукотский",
}
USUAL = "Europe/Moscow"
_ZONES = {word.strip().lower(): zone for zone, words in BY_ZONE.items() for word in words.split(",")}


def zone_of(region: str) -> str:
    """The zone of a region by a word of its name, «Омская область»; Moscow's for whoever is not named here."""
    words = region.lower().replace("(", " ").replace(")", " ").split()
    return next((_ZONES[word] for word in words if word in _ZONES), USUAL)
