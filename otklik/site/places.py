"""`otklik places load`: a region's list of places and streets into the database."""

import sys
from pathlib import Path

from otklik.lib import clock
from otklik.places import listing, loading

SHIPPED = "krasnodar"
"""In place of a file: the list that comes along."""


def load(name: str, *, only_check: bool = False) -> int:
    """Exit code 0: the list stands in the database (or could). 2: it cannot be taken, and nothing was changed."""
    try:
        listed = loading.shipped() if name == SHIPPED else listing.read(Path(name).read_bytes(), name)
    except OSError as error:
        return _refuse(f"{name}: файл не читается ({error.strerror})")
    except listing.WrongList as wrong:
        for one in wrong.errors[: listing.MOST_ERRORS]:
            _refuse(f"{name}, строка {one.line}: {one.sentence}" if one.line else f"{name}: {one.sentence}")
        rest = len(wrong.errors) - listing.MOST_ERRORS
        return _refuse(f"…и ещё ошибок: {rest}. Ничего не загружено." if rest > 0 else "Ничего не загружено.")
    if only_check:
        sys.stdout.write(f"Ошибок нет. Мест: {len(listed.places)}, улиц: {len(listed.streets)}.\n")
        return 0
    try:
        done = loading.load(listed, clock.now())
    except loading.Refused as refused:
        return _refuse(f"{refused}. Ничего не загружено.")
    sys.stdout.write(
        f"Мест новых: {done.new}, изменено: {done.changed}, прежних: {done.same}. "
        f"Улиц добавлено: {done.streets_new}, убрано: {done.streets_gone}.\n"
    )
    if done.unnamed:
        sys.stdout.write(f"Мест в базе, которых нет в списке: {done.unnamed}. Они остались.\n")
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
