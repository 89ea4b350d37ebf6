"""`otklik places load`: a region's list of places and streets, or its boundaries, into the database."""

import sys
from collections.abc import Sequence
from pathlib import Path

from otklik.lib import clock
from otklik.lib.why import why
from otklik.places import boundaries, bounding, listing, loading

SHIPPED = "krasnodar"
"""In place of a file: the list that comes along."""
NOTHING = "Ничего не загружено."


def load(name: str, *, only_check: bool = False, attribution: str = "") -> int:
    """Exit code 0: the file stands in the database (or could). 2: it cannot be taken, and nothing was changed.

    What the file is, its content tells: JSON is boundaries, anything else a list of places.
    """
    try:
        body = b"" if name == SHIPPED else Path(name).read_bytes()
    except OSError as error:
        return _refuse(f"{name}: файл не читается ({why(error)})")
    if boundaries.are_in(body) or name.lower().endswith((".geojson", ".json")):
        return _boundaries(body, name, attribution, only_check)
    if attribution:
        return _refuse(f"--attribution бывает у границ (GeoJSON), а {name} – список мест. {NOTHING}")
    return _list(body, name, only_check)


def _list(body: bytes, name: str, only_check: bool) -> int:
    try:
        listed = loading.shipped() if name == SHIPPED else listing.read(body, name)
    except listing.WrongList as wrong:
        return _refused(
            name, [f", строка {one.line}: {one.sentence}" if one.line else f": {one.sentence}" for one in wrong.errors]
        )
    if only_check:
        sys.stdout.write(f"Ошибок нет. Мест: {len(listed.places)}, улиц: {len(listed.streets)}.\n")
        return 0
    try:
        done = loading.load(listed, clock.now())
    except loading.Refused as refused:
        return _refuse(f"{refused}. {NOTHING}")
    sys.stdout.write(
        f"Мест новых: {done.new}, изменено: {done.changed}, прежних: {done.same}. "
        f"Улиц добавлено: {done.streets_new}, убрано: {done.streets_gone}.\n"
    )
    if done.unnamed:
        sys.stdout.write(f"Мест в базе, которых нет в списке: {done.unnamed}. Они остались.\n")
    return 0


def _boundaries(body: bytes, name: str, attribution: str, only_check: bool) -> int:
    try:
        outlines = boundaries.read(body, attribution)
        matches = bounding.matched(outlines)
        done = None if only_check else bounding.load(matches, outlines.attribution, clock.now())
    except boundaries.WrongBoundaries as wrong:
        return _refused(name, [f": {error}" for error in wrong.errors])
    if done is None:
        sys.stdout.write(f"Ошибок нет. Границ: {len(matches.outlines)}.\n")
    else:
        sys.stdout.write(
            f"Границ новых: {done.new}, изменено: {done.changed}, прежних: {done.same}, убрано: {done.gone}.\n"
        )
    _named("В файле, но не в базе", matches.unknown)
    _named("Муниципалитеты без границ, на карте их не будет", matches.without)
    sys.stdout.write(
        f"Подпись под картой: {outlines.attribution}\n"
        if outlines.attribution
        else "Подписи источника в файле нет. Если её требует лицензия, загрузите ещё раз с --attribution «© …».\n"
    )
    return 0


def _named(title: str, names: Sequence[str]) -> None:
    if names:
        shown, rest = names[: listing.MOST_ERRORS], len(names) - listing.MOST_ERRORS
        sys.stdout.write(f"{title}: {', '.join(shown)}{f' и ещё {rest}' if rest > 0 else ''}.\n")


def _refused(name: str, errors: Sequence[str]) -> int:
    for error in errors[: listing.MOST_ERRORS]:
        _refuse(f"{name}{error}")
    rest = len(errors) - listing.MOST_ERRORS
    return _refuse(f"…и ещё ошибок: {rest}. {NOTHING}" if rest > 0 else NOTHING)


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
