"""Invented people: authors with the surnames usual on the Kuban, nicknames, and staff with patronymics."""

from random import Random

from otklik.demo.texts.files import load
from otklik.demo.texts.kinds import Person

_TEXTS = load("people")
_LETTERS = dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэюя", _TEXTS["letters"], strict=True)) | {"ъ": "", "ь": ""}


def person(rng: Random) -> Person:
    """An author; one in nine writes under a nickname."""
    chance = rng.random()
    if chance < 0.07:
        return Person(rng.choice(_TEXTS["nicks"]), "", "")
    if chance < 0.11:
        name = rng.choice(_TEXTS["latin"])
        return Person(f"{name}{rng.choice(('_', '.', ''))}{rng.randint(1, 999)}", "", "")
    woman = rng.random() < 0.63
    first = rng.choice(_TEXTS["women"] if woman else _TEXTS["men"])
    last = "" if rng.random() < 0.05 else _surname(rng, woman)
    if last and rng.random() < 0.05:
        last = f"{last[0]}."
    return Person(first, last, "f" if woman else "m")


def handle(name: str, number: int) -> str:
    """A name as Instagram and X write one, of at most 15 Latin signs: «Анна Ткач» and 600123 give anna_tka_0123."""
    latin = "".join(_LETTERS.get(sign, sign if sign.isascii() and sign.isalnum() else "_") for sign in name.lower())
    return f"{latin[:10].strip('_') or 'user'}_{number % 10_000:04}"


def staff(rng: Random) -> str:
    """«Фамилия Имя Отчество» of an invented user."""
    woman = rng.random() < 0.66
    first = rng.choice(_TEXTS["women"][:40] if woman else _TEXTS["men"][:34])
    father = rng.choice(_TEXTS["fathers"]).split("|")[1 if woman else 0]
    return f"{_surname(rng, woman)} {first} {father}"


def _surname(rng: Random, woman: bool) -> str:
    if rng.random() < 0.4:
        return rng.choice(_TEXTS["fixed"])
    return rng.choice(_TEXTS["surnames"]) + ("а" if woman else "")
