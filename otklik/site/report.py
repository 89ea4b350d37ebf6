"""`otklik report`: one report of the whole region into a file."""

import os
import sys
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.lib import clock
from otklik.lib.why import why
from otklik.reports.build import Asked, build
from otklik.reports.docx_file import BadTemplate
from otklik.reports.formats import FORMATS
from otklik.reports.letterhead import current
from otklik.reports.periods import BadPeriod
from otklik.reports.queries import atlas
from otklik.reports.spans import cycle_of, span
from otklik.reports.typeface import NoTypeface
from otklik.reports.whose import Narrowing


def report(kind: str, code: str, ending: str, output: str, template: str) -> int:
    """Returns the exit code: 0 written, also when nobody wrote in that time; 2 cannot be done as asked, and why."""
    form = FORMATS.get(ending)
    if form is None:
        return _say(f"Нет такого формата: {ending}. Есть: {', '.join(FORMATS)}.")
    now, zone = clock.now(), ZoneInfo(settings.TIME_ZONE)
    try:
        if kind and cycle_of(code) != kind:
            return _say("Период не подходит к виду отчёта: день вида 2026-06-14, неделя 2026-W24, месяц 2026-06.")
        known = atlas()
        asked = Asked([("", "")], Narrowing(), span(code, now, zone), known, known.names, now)
        made = build(asked)
        content = form.write(made, Path(template).read_bytes() if template else current())
        _put(Path(output), content)
    except (BadPeriod, BadTemplate, NoTypeface) as refusal:
        return _say(str(refusal))
    except OSError as error:
        return _say(f"{error.filename or output}: файл не читается или не пишется ({why(error)})")
    words = "за это время никто не писал, отчёт так и говорит" if made.empty else f"{made.title}, {made.when}"
    sys.stdout.write(f"{output}: {words}\n")
    return 0


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all: beside it first, then in its place. Something that is no plain file is never replaced."""
    if path.exists() and not path.is_file():
        raise OSError(0, "здесь не файл", str(path))
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
