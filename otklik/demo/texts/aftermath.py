"""What is written around an answer: the author's reply, colleagues' notes, returns and remarks."""

from random import Random

from otklik.demo.texts.files import load
from otklik.demo.texts.grammar import render
from otklik.demo.texts.slots import table
from otklik.demo.texts.spoil import spoil
from otklik.demo.texts.where import Spot

_TEXTS = load("aftermath")


def follow_up(rng: Random, mark: int | None) -> str:
    """The author's reply after the answer. `mark` is the rating 1–5, None when the author gave none."""
    fragments = _TEXTS["bad"] + _TEXTS["fair"] + _TEXTS["good"]
    if mark is not None:
        fragments = _TEXTS["bad"] if mark <= 2 else _TEXTS["fair"] if mark == 3 else _TEXTS["good"]
    return spoil(rng, _plain(rng, fragments), calm=0.45, glad=fragments is _TEXTS["good"])


def return_reason(rng: Random) -> str:
    """Why an executor returns a card."""
    return f"{_plain(rng, _TEXTS['returns'])}."


def note(rng: Random) -> str:
    """A note for colleagues; it never leaves the desk."""
    return _plain(rng, _TEXTS["notes"])


def approver_remark(rng: Random) -> str:
    """Why an approver sends a draft back."""
    return _plain(rng, _TEXTS["remarks"])


def clarify_question(rng: Random, theme: str) -> str:
    """A published question to the author. `theme` is the theme's name and is quoted at the end at times."""
    subject = f"Вопрос по теме «{theme}»." if rng.random() < 0.25 else ""
    slots = {**table(Spot("", "", "")), "тема": lambda _: subject}
    return render(rng, rng.choice(_TEXTS["questions"]), slots).strip()


def _plain(rng: Random, fragments: tuple[str, ...]) -> str:
    return render(rng, rng.choice(fragments), table(Spot("", "", ""))).strip()
