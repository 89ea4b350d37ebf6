"""How urgent a message is, by the danger that it speaks of; pure rules that explain themselves.

It errs towards alarm: a false alarm costs an operator a glance.
"""

import re
from dataclasses import dataclass

from otklik.lib.text import lower, tidy

TEXT_LIMIT = 16_000


def _any(*alternatives: str) -> re.Pattern[str]:
    """One pattern for alternatives that each begin at the start of a word. Distances in words are bounded."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})")


_BURNS = r"(?:горит|горят|загорел\w+|полыха\w+)"
_PIT = r"(?:люк|колод|ям[уы]|котлован|транше)\w*"
_WHO = r"(?:ребенка|человека|пешехода|девочку|мальчика|женщину|мужчину|школьни\w+)"
_BITES = r"(?:напал|покусал|искусал|укусил|порвал|набросил|кинул)\w*"

_DANGER = _any(
    r"пожар(?:а|у|ом|е|ы|ов|ами)?\b",
    rf"{_BURNS} (?:\w+ )?(?:дом|квартир|крыш|здани|трав|лес|камыш|поле|проводк|щит|подъезд|подстанци|мусор|свалк)\w*",
    rf"(?:дом|квартира|крыша|трава|камыш|проводка|щиток|свалка) {_BURNS}",
    r"искр(?:ит|ят|ило)\b",
    r"оголен\w+ провод\w*",
    r"провод\w* (?:\w+ )?(?:оборва\w+|лежит|лежат|упал\w*|на земле)",
    r"(?:оборва\w+|упал\w*) (?:\w+ )?провод\w*",
    rf"(?:упал|провалил|свалил)\w* (?:\w+ ){{0,2}}в (?:\w+ )?{_PIT}",
    r"открыт\w+ (?:\w+ )?люк\w*",
    r"люк\w* (?:\w+ )?(?:открыт\w*|без крышки)",
    r"(?:запах\w*|пахнет|воняет|утечк\w*) газ\w*",
    r"газом (?:пахнет|воняет)",
    r"взрыв\w*|взорва\w+|обруш\w+|рухну\w+",
    r"(?:тонет|тонут|утону\w+|умира\w+|истека\w+|без сознания)",
    r"(?:бьет|ударил\w*|убил\w*) током|угарн\w+",
    rf"собак\w* (?:\w+ )?{_BITES}|{_BITES} (?:\w+ ){{0,2}}соба\w+",
    r"скор(?:ая|ую|ой) (?:\w+ ){0,2}(?:не (?:едет|приехала|может|доехала|проедет|дождал\w+|приезжает)|застряла)",
    r"эвакуаци\w+ (?:людей|жителей|детей)|оползень|оползн\w+|смерч\w*",
    r"застрял\w* (?:\w+ )?в лифте",
    r"угроза (?:жизни|обрушения)",
    rf"сбил\w* (?:\w+ )?{_WHO}",
)
_EMERGENCY = _any(
    r"прорва\w+|прорыв\w*|хлещет\b|авари[яию]\b|дтп\b|отравил\w+|отравлени\w+|кипяток\b",
    r"лопну\w+ (?:\w+ )?(?:труб|стояк|батаре)\w*",
    r"фонтан\w* (?:из|бьет|кипят)\w*",
    r"(?:за|под)топи(?!ло?в)\w*|(?:за|под)топлен\w*",
    r"аварийн\w+ (?:дом|дерев|состояни|опор|столб|мост)\w*",
    r"упал\w* (?:\w+ )?(?:дерев|столб|сосульк|опор|кирпич|плит)\w*",
    r"(?:дерево|столб|сосулька|опора) (?:\w+ )?(?:упал|вот вот|падает|накренил)\w*",
    r"провалил\w+ (?:асфальт|дорог|грунт|земл)\w*",
    r"провал\w* (?:грунта|асфальта|дороги|на дороге)",
    r"(?:сломал\w*|перелом\w*) (?:\w+ )?(?:ног|рук|шейк|ребр|позвон)\w*",
)
_OUTAGE = _any(
    r"(?:без|нету?|отключили|пропал[аои]?|отсутствует) (?:\w+ ){0,3}?"
    r"(?:свет|вод[аыу]|тепл|отоплени|газ|электр|связ)\w*",
    r"(?:света|воды|тепла|отопления|газа|электричества|связи) (?:\w+ )?нету?\b",
)
_LONG = _any(
    r"(?:втор|трет|четверт|пят|шест|седьм)\w+ (?:день|дня|сутки|суток|неделю)",
    r"(?:[2-9]|\d\d)(?:-?(?:й|е|я|ый|ий))? ?(?:день|дня|дней|сутки|суток)\b",
    r"(?:двое|трое|четверо|пятеро) суток|сутк(?:и|ами)\b|весь день|со вчера\w*|с ночи\b",
    r"больше (?:суток|недели|месяца)|недел[юи]\b|месяц\b|несколько (?:дней|суток)",
)
_VULNERABLE = _any(
    r"инвалид\w*|колясочни\w+|грудничк\w*|младен\w*|новорожд\w*|беремен\w*|ветеран\w*|диабет\w*|онко\w*",
    r"грудн\w+ (?:\w+ )?(?:реб|мал|дет|дит)\w*",
    r"лежач\w+ (?:больн|бабушк|дедушк|мам|отец|отц|родител|человек)\w*",
    r"(?:маленьк|больн)\w+ (?:реб|дет|мам|сердц)\w*",
    r"ивл\b|кислород\w*|пожил\w+|престарел\w+",
)
_CHILDREN = _any(r"(?:дети|детей|детям|детьми)\b|ребен\w+|школьни\w+|малыш\w*")
_NOW = _any(r"(?:срочно|экстренно|немедленно|sos|караул|спасите)\b")


@dataclass(frozen=True, slots=True)
class Urgency:
    """`level` is 1 (can wait) to 5 (danger to life). `why` are pairs (as it stands in the text, reason):

    danger, emergency, outage, long, vulnerable, children, now; severity and fast_track, which come from the theme.
    """

    level: int
    why: tuple[tuple[str, str], ...]


def urgency(text: str, severity: int, fast_track: bool) -> Urgency:
    """The urgency of any text at all. `severity` (1 to 5) and `fast_track` are the theme's."""
    tidied = tidy(text[: TEXT_LIMIT * 2])[:TEXT_LIMIT]
    folded = lower(tidied)
    base = min(max(severity, 1), 5)
    level = max(base, 3) if fast_track else base
    why: list[tuple[str, str]] = [("", "fast_track")] if fast_track and base < 3 else [("", "severity")]

    def says(pattern: re.Pattern[str], reason: str) -> bool:
        # An outage may follow a «нет» of its own: «воды нет 3 дня».
        deniable = reason in ("danger", "emergency")
        found = (one for one in pattern.finditer(folded) if not (deniable and _denied(folded, one.start())))
        match = next(found, None)
        if match:
            why.append((tidied[match.start() : match.end()], reason))
        return match is not None

    danger = says(_DANGER, "danger")
    emergency = says(_EMERGENCY, "emergency")
    outage = says(_OUTAGE, "outage")
    long = outage and says(_LONG, "long")
    if danger:
        level = 5
    elif emergency or long:
        level = max(level, 4)
    elif outage:
        level = max(level, 3)
    if says(_VULNERABLE, "vulnerable") or (emergency and says(_CHILDREN, "children")):
        level = min(level + 1, 5)
    if says(_NOW, "now"):
        level = max(level, 3)
    return Urgency(level, tuple(why))


def _denied(folded: str, start: int) -> bool:
    """Whether «не» or «нет» stands right before: «не искрит», «нет пожара»."""
    return re.search(r"\b(?:не|нет|нету|без)\s$", folded[max(start - 6, 0) : start]) is not None
