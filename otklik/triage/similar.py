"""Is this known already? Compares two cards by what is kept of them; pure, explains itself.

Three things speak for it, each by itself: the words are copied; the same person wrote of the same again; another one
told of the same problem, which is the same theme, within reach, not long ago. A guess is a suggestion: the operator
decides.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import cos, exp2, hypot, radians

from otklik.lib.text import fold
from otklik.triage.sketch import alike, common, key

POSSIBLE, LIKELY = 0.15, 0.3
"""From these scores on a card is worth a look, and is known already more often than not."""
COPIED = 0.5
"""From this share of common letters on words are copied."""
WORDS = 0.3
"""From this share of common words on they are a reason."""
HALF_LIFE = 7.0
"""Days after which a problem is half as likely to be still the same one."""
NEAR, REACH = 300.0, 1000.0
"""Metres between the coordinates of two texts: the same spot, and too far."""

_KINDS = frozenset(
    re.findall(
        r"\w+",
        "улица ул проспект просп пр кт т переулок пер проезд бульвар бул шоссе ш площадь пл набережная наб тупик туп "
        "аллея микрорайон мкр квартал кв л линия",
    )
)
_OUTAGES = {
    **dict.fromkeys(("zhkh.net-vody", "zhkh.avariya-vody", "zhkh.napor", "zhkh.kachestvo-vody"), 4.0),
    **dict.fromkeys(("zhkh.otoplenie", "zhkh.otopsezon"), 7.0),
    **dict.fromkeys(("energetika.otklyuchenie", "energetika.naprjazhenie", "energetika.gaz-avariya"), 3.0),
    **dict.fromkeys(("svyaz.internet", "svyaz.svyaz", "svyaz.tv", "ekologiya.vozduh", "bezopasnost.pavodok"), 5.0),
    **dict.fromkeys(("transport.zhd", "dorogi.perekrytie", "energetika.net-topliva"), 7.0),
}
_LASTING = {
    **dict.fromkeys(("dorogi.yamy", "dorogi.trotuary", "dorogi.grunt", "blago.yamy-dvor", "dorogi.perehody"), 30.0),
    **dict.fromkeys(("dorogi.svet", "blago.svet", "dorogi.znaki", "dorogi.razmetka", "dorogi.lezhachie"), 21.0),
    **dict.fromkeys(("blago.ploshchadka-slomana", "blago.dvory", "zhkh.krysha", "zhkh.uborka-podezda"), 21.0),
    **dict.fromkeys(("blago.spil", "blago.maf", "blago.zemlyanye", "othody.ploshchadki"), 14.0),
}
_OF_NETWORK = {
    **dict.fromkeys(("zhkh.net-vody", "zhkh.avariya-vody", "zhkh.napor", "zhkh.kachestvo-vody"), "water"),
    **dict.fromkeys(("zhkh.otoplenie", "zhkh.otopsezon"), "heat"),
    **dict.fromkeys(("energetika.otklyuchenie", "energetika.naprjazhenie"), "power"),
}
"""Themes of one network of pipes or wires: one failure of it is told as a cause, as an effect and as what is left of
either, which is a burst pipe, no water and little pressure."""
THEMES = frozenset((*_OUTAGES, *_LASTING))
WIDE = frozenset(_OUTAGES)
"""Themes of what hits many at once: one town is near enough."""
OF_STREET = frozenset(("othody.ploshchadki", "othody.prochee"))
"""Themes of what the houses of a street have in common: bins stand for all of them, and one lorry comes."""


@dataclass(frozen=True, slots=True)
class CardSketch:
    """What is kept of a card. `theme` is its code, `place` the ids from the municipality down; "" and () for unknown.
    `also` are codes of themes that it may be about instead.

    `street` and `house` are keys of folded names, 0 for unknown; coordinates are WGS 84 degrees. `sketch` and `marks`
    are those of the main message (sketch.py). `author` is his id, 0 for one who is nobody's neighbour.
    """

    at: datetime
    author: int = 0
    theme: str = ""
    also: tuple[str, ...] = ()
    place: tuple[int, ...] = ()
    street: int = 0
    house: int = 0
    latitude: float | None = None
    longitude: float | None = None
    sketch: bytes = b""
    marks: bytes = b""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` is how sure, 0..1. `why` are reasons, the weightiest first: copied, author, house, street, spot (by
    coordinates), town, theme, neighbour (a theme that is taken for it), recent (within a day), words."""

    score: float
    why: tuple[str, ...]


def compare(one: CardSketch, other: CardSketch, confused: Collection[tuple[str, str]] = frozenset()) -> Likeness:
    """How likely both are one matter. `confused` are pairs of theme codes that are easily taken for each other."""
    days = abs((one.at - other.at).total_seconds()) / 86_400
    words = common(one.marks, other.marks)
    theme, theme_why = _theme(one, other, confused, words)
    place, place_why = _place(one, other)
    copied = _copied(one, other)
    again = _again(theme, words, days) if one.author and one.author == other.author and place >= 0 else 0.0
    content_score = _likeness(theme, place, words) * fading(days, one.theme or other.theme)
    score = 1 - (1 - copied) * (1 - again) * (1 - content_score)
    why = [reason for reason, there in (("copied", copied), ("author", again), (place_why, place > 0)) if there]
    why += [theme_why]
    why += ["recent"] if days <= 1 else []
    why += ["words"] if words >= WORDS and not copied else []
    return Likeness(round(score, 3), tuple(reason for reason in why if reason))


def of_one_network(theme: str, other: str) -> bool:
    """Whether both themes are failures of the same network of pipes or wires."""
    return theme in _OF_NETWORK and _OF_NETWORK[theme] == _OF_NETWORK.get(other)


def may_be(one: CardSketch, theme: str) -> bool:
    """Whether the card may be about this theme instead of its own, or about another one of the same network."""
    return any(theme == maybe or of_one_network(theme, maybe) for maybe in one.also)


def street_key(street: str) -> int:
    """The key of a street's name, whether its kind stands before it, after it or nowhere; 0 for no street."""
    words = [word for word in re.findall(r"[^\W_]+", fold(street[:200])) if word not in _KINDS]
    return key(" ".join(words)) if words else 0


def house_key(house: str) -> int:
    """The key of a house number: «12 А» and «12а» are one house; 0 for none."""
    written = "".join(re.findall(r"[^\W_]+|/", fold(house[:64])))
    return key(written) if written else 0


def _theme(
    one: CardSketch, other: CardSketch, confused: Collection[tuple[str, str]], words: float
) -> tuple[float, str]:
    """How likely both are about the same, 0..1, and the reason. Of another theme only their words can say so."""
    mine, theirs = one.theme, other.theme
    if not mine or not theirs:
        return 0.4, ""
    if mine == theirs:
        return 1.0, "theme"
    if (
        of_one_network(mine, theirs)
        or (mine, theirs) in confused
        or (theirs, mine) in confused
        or may_be(one, theirs)
        or may_be(other, mine)
    ):
        return 0.65, "neighbour"
    return 0.5 * words, ""


def _place(one: CardSketch, other: CardSketch) -> tuple[float, str]:
    """How near they are, 0..1, and the reason; below 0 when they are surely apart."""
    metres = _metres(one, other)
    if metres is not None and metres <= NEAR:
        return 1.0, "spot"
    wide = one.theme in WIDE or other.theme in WIDE
    if not _related(one.place, other.place):
        return -1.0, ""
    if one.street and one.street == other.street:
        if one.house and other.house:
            shared = wide or (one.theme in OF_STREET and other.theme in OF_STREET)
            return (1.0, "house") if one.house == other.house else (0.75 if shared else 0.35, "street")
        return 0.9, "street"
    if (one.street and other.street) or (metres is not None and metres > REACH):
        return (0.3, "town") if wide else (-1.0, "")
    if not one.place or not other.place:
        return 0.2, ""
    return (0.75, "town") if wide else (0.35, "town")


def _related(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """The same place, or one within the other; what is unknown may be anywhere."""
    return all(mine == theirs for mine, theirs in zip(one, other, strict=False))


def _metres(one: CardSketch, other: CardSketch) -> float | None:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return 111_320 * hypot(east, one.latitude - other.latitude)


def _likeness(theme: float, place: float, words: float) -> float:
    """Without a word in common the theme alone speaks, and it may be mistaken."""
    return theme * max(place, 0.0) * (0.65 + 0.35 * min(1.0, words / 0.4))


def _again(theme: float, words: float, days: float) -> float:
    return 0.9 * max(theme if theme >= 0.6 else 0.0, min(1.0, words / 0.5)) * exp2(-days / (2 * HALF_LIFE))


def _copied(one: CardSketch, other: CardSketch) -> float:
    """Copied words about another house are a form that somebody fills in."""
    share = alike(one.sketch, other.sketch)
    if share < COPIED:
        return 0.0
    apart = one.street and other.street and (one.street, one.house) != (other.street, other.house)
    return 0.0 if apart else 0.3 + 0.7 * share


def fading(days: float, theme: str) -> float:
    """How likely what was told of a theme so many days ago is still the same thing, 0..1."""
    return exp2(-days / half_life(theme))


def half_life(theme: str) -> float:
    """Days after which what was told of a theme is half as likely to be still the same thing."""
    return _OUTAGES.get(theme) or _LASTING.get(theme) or HALF_LIFE
