"""What fingers do to a text: missing commas, small letters, neighbouring keys, emoji, capitals."""

import re
from random import Random

_ROWS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_NEAR = {
    letter: "".join(row[i] for i in (at - 1, at + 1) if 0 <= i < len(row))
    for row in _ROWS
    for at, letter in enumerate(row)
}
_EMOJI = ("😡", "🤬", "😢", "🙏", "🤦‍♀️", "🤡", "😤", "👎", "❗", "‼️", "😭", "🤷‍♂️", "😂", "💩", "🆘")
_GLAD = ("👍", "🙏", "❤️", "😊", "👏", "🌹", "🔥", "😂")
_SLOPPY = (
    ("что ", "шо "), ("ничего", "ниче"), ("сейчас", "щас"), ("вообще", "вобще"), ("вообще", "ваще"),
    ("ться", "тся"), ("пожалуйста", "пж"), ("пожалуйста", "пожалуста"), ("здравствуйте", "здрасте"),
    ("Здравствуйте", "Здраствуйте"), ("никто не", "никто ни"), ("почему", "почиму"), ("опять", "апять"),
    ("чтобы", "что бы"), ("тоже", "то же"), ("через", "чере"), ("когда", "кагда"), ("невозможно", "не возможно"),
    ("потому что", "птм что"), ("человек", "чел"), ("администрация", "админка"), ("нормально", "норм"),
)  # fmt: skip


def spoil(rng: Random, text: str, calm: float = 0.36, glad: bool = False) -> str:
    """The text as it was really typed. With the chance `calm` the author is careful: only «ё» may go.

    `glad` chooses kind emoji instead of angry ones.
    """
    if rng.random() < 0.8:
        text = text.replace("ё", "е").replace("Ё", "Е")
    if rng.random() < 0.72:
        text = text.replace("«", '"').replace("»", '"')
    if rng.random() >= calm:
        text = _careless(rng, text)
    return _loud(rng, text, _GLAD if glad else _EMOJI)


def _careless(rng: Random, text: str) -> str:
    if rng.random() < 0.34:
        text = re.sub(r",", lambda _: "," if rng.random() < 0.35 else "", text)
    if rng.random() < 0.08:
        text = text.replace(", ", ",")
    if rng.random() < 0.04:
        text = text.replace(", ", " , ")
    if rng.random() < 0.2:
        text = text.lower()
    elif rng.random() < 0.25:
        text = text[:1].lower() + text[1:]
    if rng.random() < 0.4:
        text = text.rstrip(".")
    if rng.random() < 0.3:
        before, after = rng.choice(_SLOPPY)
        text = text.replace(before, after, 1)
    if rng.random() < 0.3:
        for _ in range(1 + len(text) // 130):
            text = slip(rng, text)
    return text


def slip(rng: Random, text: str) -> str:
    """One slip of a finger inside a word of four letters or more."""
    words = [m for m in re.finditer(r"[А-Яа-я]{4,}", text) if not m.group()[0].isupper()]
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end())
    letter, kind = text[at], rng.random()
    if kind < 0.35:
        near = _NEAR.get(letter.lower(), letter)
        return text[:at] + rng.choice(near) + text[at + 1 :]
    if kind < 0.6:
        return text[:at] + text[at + 1 :]
    if kind < 0.8:
        return text[:at] + letter + text[at:]
    return text[: at - 1] + letter + text[at - 1] + text[at + 1 :]


def _loud(rng: Random, text: str, emoji: tuple[str, ...]) -> str:
    chance = rng.random()
    if chance < 0.022:
        text = text.upper()
    elif chance < 0.07:
        long = re.findall(r"\b[а-я]{5,}\b", text)
        if long:
            word = rng.choice(long)
            text = re.sub(rf"\b{word}\b", word.upper(), text, count=1)
    if rng.random() < 0.1:
        mark = rng.choice(("!!", "!!!", "??", "...", "!!!!", ")))", "("))
        text = text.rstrip(".!?") + mark
    if rng.random() < 0.12:
        text += rng.choice((" ", "")) + rng.choice(emoji) * rng.choice((1, 1, 1, 2, 3))
    return text
