"""Near copies: the same author again, a neighbour who copies and pastes, a campaign."""

from random import Random

from otklik.demo.texts.spoil import slip

_BEFORE = ("Ещё раз: ", "Повторяю. ", "Пишу повторно. ", "Дублирую: ", "Снова. ")
_AFTER = (" Ждём.", " Ответьте!", " Ап.", " 2-й раз пишу", " Репост.", "!!!", " 🙏", " ‼️", " тоже прошу", ".", " ...")


def near_copy(rng: Random, text: str) -> str:
    """The text written nearly the same again. It differs from `text` and stays mostly the same."""
    copy = text.strip()
    long_enough = len(copy) > 90
    if long_enough and rng.random() < 0.35:
        copy = rng.choice(_BEFORE) + copy
    if rng.random() < 0.4:
        copy = copy.rstrip(".!?") + rng.choice(_AFTER if long_enough else ("!", "!!!", "...", " ‼️", "."))
    if len(copy) > 60 and rng.random() < 0.5:
        copy = slip(rng, copy)
    if rng.random() < 0.25:
        copy = copy.lower()
    if rng.random() < 0.2:
        copy = copy.replace(",", "")
    return copy if copy != text else f"{text} !"
