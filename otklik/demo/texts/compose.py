"""Puts a citizen's message together from the fragments of its theme, one voice and one place."""

import re
from dataclasses import dataclass
from datetime import datetime
from random import Random

from otklik.demo.texts import season, where
from otklik.demo.texts.catalogue import Pool, own_words, pool
from otklik.demo.texts.files import load
from otklik.demo.texts.grammar import Slots, render
from otklik.demo.texts.kinds import Kind, PlaceWords, Text
from otklik.demo.texts.slots import table
from otklik.demo.texts.spoil import spoil
from otklik.demo.texts.voices import VOICES, Voice
from otklik.demo.texts.where import Spot

_COMMON = load("common")
HINT_SHARE = 0.35
BARE_SHARE = 0.13
_SIZES = ("short", "medium", "long", "huge")
_SIZE_WEIGHTS = (11, 37, 39, 13)
# Families about people and papers rather than about works on the ground.
_PAPER = frozenset(
    {"здоровье", "учёба", "досуг", "соцзащита", "труд", "служба", "власть", "связь", "транспорт", "торговля"}
)
_DRIVEN = frozenset({"дороги", "движение", "парковка", "транспорт"})
_SETTLEMENTS = (("станиц", "ст"), ("хутор", "х"), ("посёлк", "п"), ("посёлок", "п"), ("в селе", "с"))
_VOICE_WEIGHTS = tuple(voice.weight for voice in VOICES)


@dataclass(slots=True)
class Pen:
    """One author writing one text: the place, the words allowed and the parts written so far."""

    rng: Random
    slots: Slots
    month: int
    town: str
    own: re.Pattern[str]
    mute: bool
    parts: list[str]

    def write(self, fragments: tuple[str, ...]) -> None:
        """Add one fragment. Out of season, or naming what a hint must not name, it is left out."""
        if not fragments:
            return
        fragment, months = season.months_of(self.rng.choice(fragments))
        if self.month not in months:
            return
        text = next(
            (t for t in (render(self.rng, fragment, self.slots).strip() for _ in range(4)) if self._fits(t)), ""
        )
        if text and not (self.mute and self.own.search(text.lower().replace("ё", "е"))):
            self.parts.append(text)

    def write_some(self, fragments: tuple[str, ...], count: int) -> None:
        """Add several different fragments."""
        for fragment in self.rng.sample(fragments, min(count, len(fragments))):
            self.write((fragment,))

    def _fits(self, text: str) -> bool:
        """A townsman does not speak of «our hamlet»: the kind of settlement must be the place's own."""
        kinds = {kind for stem, kind in _SETTLEMENTS if stem in text.lower()}
        return not kinds or kinds == {self.town}


def complaint(rng: Random, theme_name: str, place: PlaceWords, when: datetime) -> Text:
    """A message of a citizen on the theme: a complaint, a question, a suggestion or thanks.

    `when` is local time; only its month is used. Raises ValueError for a theme unknown to the demonstration
    or without a season in that month.
    """
    words = pool(theme_name, when.month)
    kind = _kind(rng, words)
    spot = _spot(rng, place, words)
    hints = kind == "complaint" and rng.random() < HINT_SHARE
    pen = Pen(rng, table(spot), when.month, _town(place), own_words(theme_name), hints, [])
    voice = rng.choices(VOICES, _VOICE_WEIGHTS)[0]
    if (voice.name == "driver" and words.family not in _DRIVEN) or (voice.name == "mother" and words.family == "труд"):
        voice = VOICES[0]
    if kind == "complaint":
        _complain(pen, words, voice, spot)
    else:
        _say_other(pen, words, kind)
    body = spoil(rng, sentences(rng, pen.parts), glad=kind == "thanks")
    return Text(
        body=body,
        says_theme=not hints if kind != "thanks" else bool(pen.own.search(body.lower().replace("ё", "е"))),
        has_address=_named(body, spot),
        street=spot.street if _named(body, spot) else "",
        house=spot.house if _named(body, spot) else "",
        kind=kind,
        mood=_mood(rng, kind, voice),
    )


def _town(place: PlaceWords) -> str:
    """«ст», «х», «п», «с» for villages by the first letters of the settlement's type, «г» for the rest."""
    match = re.match(r"(ст|х|п|с)(?:\.|-ца|ос\.|аница|утор|ос[её]лок|ело)\s", place.settlement.lower())
    return match.group(1) if match else "г"


def _kind(rng: Random, words: Pool) -> Kind:
    chance = rng.random()
    if words.asks and chance < 0.13:
        return "question"
    if words.offers and chance > 0.92:
        return "suggestion"
    return "thanks" if 0.5 < chance < 0.527 else "complaint"


def _spot(rng: Random, place: PlaceWords, words: Pool) -> Spot:
    return where.pick_spot(rng, place, 0.66 if words.local else 0.08, 0.72)


def _complain(pen: Pen, words: Pool, voice: Voice, spot: Spot) -> None:
    rng = pen.rng
    size = rng.choices(_SIZES, _SIZE_WEIGHTS)[0]
    if voice.name == "terse" and size != "short":
        size = "medium"
    if rng.random() < voice.open_share * (0.25 if size == "short" else 1.0):
        pen.write(voice.openings)
    if size in ("long", "huge"):
        pen.write(voice.selves)
    _matter(pen, words)
    if size == "short" and len(pen.parts) == 1 and not pen.mute and rng.random() < 0.4:
        pen.parts = [_cut(pen.parts[0])]
    tails = words.mute_tails if pen.mute else words.tails
    pen.write_some(tails, {"short": 0, "medium": rng.randint(0, 1), "long": rng.randint(1, 2), "huge": 3}[size])
    sentence_count = {"short": 0, "medium": rng.random() < 0.3, "long": rng.randint(1, 2), "huge": rng.randint(3, 10)}[
        size
    ]
    history = _COMMON["history"] if words.family in _PAPER else _COMMON["history"] + _COMMON["works"]
    pen.write_some(history, int(sentence_count))
    if size != "short" and rng.random() < voice.close_share:
        pen.write(voice.closings)
    _unrepeat(pen)
    _address(pen, spot)


def _matter(pen: Pen, words: Pool) -> None:
    """The matter itself, always one: when no fragment fits the place, a bare «look at this» is left."""
    before = len(pen.parts)
    for attempt in range(8):
        if len(pen.parts) > before:
            return
        bare = pen.mute and (attempt > 3 or pen.rng.random() < BARE_SHARE)
        pen.write(_COMMON["bare_hints"] if bare else words.hints if pen.mute else words.says)
    if len(pen.parts) == before:
        # The street itself may carry the theme's word («Пляжная»): then the author cannot help naming it.
        pen.parts.append(render(pen.rng, _COMMON["last_resort"][0], pen.slots))


def _say_other(pen: Pen, words: Pool, kind: Kind) -> None:
    rng = pen.rng
    if kind == "thanks":
        glad = _COMMON["paper_thanks" if words.family in _PAPER else "thanks"]
        pen.parts.append(render(rng, rng.choice(glad), pen.slots))
        return
    question = kind == "question"
    if rng.random() < 0.6:
        pen.write(_COMMON["question_openings" if question else "offer_openings"])
    before = len(pen.parts)
    for _ in range(6):
        if len(pen.parts) == before:
            pen.write(words.asks if question else words.offers)
    if len(pen.parts) == before:
        _matter(pen, words)
    if rng.random() < 0.3:
        pen.write(words.tails)
    if rng.random() < 0.25:
        pen.write(_COMMON["history"])
    if rng.random() < 0.4:
        pen.write(_COMMON["question_closings" if question else "offer_closings"])


_GREETING = re.compile(r"здрав|добр|уваж|подскаж|скажите|извин|не по теме|раз уж|люди|милые|девочки", re.IGNORECASE)


def _address(pen: Pen, spot: Spot) -> None:
    """Add the address apart when it is known and the matter has not named it."""
    text = " ".join(pen.parts)
    if not spot.street or where.bare(spot.street)[:-2] in text:
        if not spot.street and pen.rng.random() < 0.1 and not _GREETING.match(text) and spot.settlement not in text:
            pen.parts.insert(0, f"{spot.settlement}.")
        return
    line = where.address(pen.rng, spot)
    if pen.rng.random() < 0.4 and not _GREETING.match(pen.parts[0]):
        pen.parts.insert(0, f"{line}.")
    else:
        pen.parts.append(pen.rng.choice(("Адрес: {}", "{}", "({})", "Это {}", "Адрес {}")).format(line))


def _unrepeat(pen: Pen) -> None:
    """The same tail may have been drawn twice: an author would not say it twice."""
    seen: set[str] = set()
    kept = []
    for part in pen.parts:
        head = part.lower()[:12]
        if head not in seen:
            kept.append(part)
        seen.add(head)
    pen.parts = kept


def _cut(text: str) -> str:
    """A terse author stops at the first comma, if enough is said by then."""
    head = re.split(r", | - |: ", text, maxsplit=1)[0]
    return head if len(head) >= 24 else text


def _named(body: str, spot: Spot) -> bool:
    return bool(spot.street) and where.bare(spot.street)[:4].lower().replace("ё", "е") in body.lower().replace("ё", "е")


def _mood(rng: Random, kind: Kind, voice: Voice) -> int:
    if kind == "thanks":
        return 2 if rng.random() < 0.8 else 1
    if kind == "suggestion":
        return rng.choice((0, 0, 1))
    if kind == "question":
        return rng.choice((0, 0, 0, -1))
    return max(-2, voice.mood - (rng.random() < 0.2))


_TIDY = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+([,.!?:])"), r"\1"),
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r"([.!?:])\s*,"), r"\1"),
    (re.compile(r",\s*([.!?])"), r"\1"),
    (re.compile(r"(?<![.!?])\.\.(?!\.)"), "."),
    (re.compile(r"^[\s,.:\-]+"), ""),
)


def sentences(rng: Random, parts: list[str]) -> str:
    """Join the parts into sentences as one author would: full stops, line breaks, or commas throughout."""
    joiner = rng.choices((". ", ", ", "... ", "\n", "! "), (70, 14, 6, 6, 4))[0]
    text = ""
    for part in parts:
        tidy = _tidied(part)
        if not tidy:
            continue
        if not text:
            text = _capital(tidy)
        elif re.search(r"(?:[,:]|\b(?:но|то|и|теперь|что))$", text):
            text = f"{text} {tidy}"
        elif text[-1] in ".!?…)":
            text = f"{text}{' ' if joiner != chr(10) else joiner}{_capital(tidy)}"
        else:
            text = f"{text}{joiner}{tidy if joiner == ', ' else _capital(tidy)}"
    if text and text[-1].isalnum() and rng.random() < 0.7:
        text += "."
    return text.rstrip(" ,:-")


def _tidied(part: str) -> str:
    for pattern, replacement in _TIDY:
        part = pattern.sub(replacement, part)
    return part.strip()


def _capital(text: str) -> str:
    if re.match(r"(?:г|ст|х|пос|с|ул|пер|пр)\. ", text):
        return text
    return text[:1].upper() + text[1:]
