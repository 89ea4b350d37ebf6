"""`otklik init`: from nothing to an installation whose first administrator has his link. May be repeated.

The settings file gets its name last: whatever goes wrong before that leaves none, and the next try starts afresh.
"""

import os
import sys
from pathlib import Path

from otklik.lib import clock
from otklik.lib.why import why
from otklik.site import env, wishes
from otklik.site.commands.base import guarded, say
from otklik.site.env import FILE, WrongSetting
from otklik.site.wishes import Ask


def init(path: Path, options: dict[str, str], who: dict[str, str], *, training: bool, ask: bool) -> int:
    """`who` is the first administrator as he was named, `options` the settings; what is "" is asked, or taken as usual.

    Exit code 0: it is ready, and the link is printed. 2: it cannot be as asked.
    """
    asker = _ask if ask else None
    try:
        # What was told is tried before anything is asked or made.
        wishes.gather([one for one in wishes.ADMINISTRATOR if who[one.name]], who, None, _tell)
        if env.is_there(path):
            if training or any(options.values()):
                return say(f"Настройки уже есть: {path}. Измените их в самом файле: параметры здесь не действуют.")
            _tell(f"Настройки уже есть: {path}. Продолжаю с ними.")
            return _prepared(path, who, asker)
        # A container's own environment says where its data and its database are.
        elsewhere = {name: os.environ[name] for name in options if os.environ.get(name) and not options[name]}
        answers = wishes.gather(wishes.wishes(_proposed(path)), options | elsewhere, asker, _tell)
        _tell(f"В регионе сейчас {wishes.now_there(answers['OTKLIK_TIME_ZONE'], clock.now())}.")
        who = wishes.gather(wishes.ADMINISTRATOR, who, asker, _tell)
    except WrongSetting as wrong:
        return say(f"Так не получится: {wrong}")
    return _begun(path, wishes.written(answers, "demo" if training else "real", elsewhere), who)


def _begun(path: Path, text: str, who: dict[str, str]) -> int:
    """The database, and the settings file once that is ready."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        _write(fresh, text)
    except OSError as error:
        return say(f"Файл {fresh} не записать: {why(error)}")
    code = 2
    try:
        code = _prepared(fresh, who, None)
    finally:
        if code:
            fresh.unlink()
        else:
            fresh.rename(path)
            _tell(f"\nНастройки записаны: {path}")
            if path not in env.usual_places():
                _tell(f"Это не обычное место: остальным командам скажите {FILE}={path}")
    return code


def _prepared(path: Path, who: dict[str, str], ask: Ask | None) -> int:
    """Reads the settings from this very file, and goes on with the database that they name."""
    os.environ[FILE] = str(path)
    import django

    django.setup()
    from otklik.site.prepare import prepare

    # An empty database is what it begins with; what is wrong with another one it asks by itself.
    return guarded(lambda: prepare(who, ask), anyway=True)


def _proposed(path: Path) -> Path:
    """A folder for the data: the system's for a system's settings, else one beside the file."""
    return Path("/var/lib/otklik") if path.is_relative_to("/etc") else path.parent / "region"


def _ask(question: str, proposed: str) -> str:
    return input(f"{question} [{proposed}]: " if proposed else f"{question}: ").strip()


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _write(path: Path, content: str) -> None:
    """Only its owner may read it: there may be passwords in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
