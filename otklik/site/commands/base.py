"""What the commands share."""

import argparse
import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
REGISTRY = Path(__file__).resolve().parents[2] / "networks" / "registry.py"


def known_networks() -> list[str]:
    """The kinds of networks by their lines in the registry: to import them all takes longer than most commands."""
    lines = REGISTRY.read_text(encoding="utf-8")
    return sorted(re.findall(r"^from otklik\.networks\.(\w+)\.network import", lines, re.MULTILINE))


def whole(typed: str) -> int:
    """A whole number from 1. Raises what argparse tells as a sentence."""
    number = int(typed)
    if number < 1:
        raise argparse.ArgumentTypeError("нужно число от 1")
    return number


def typed() -> str:
    """How this program was called, to be called so again: it stands on nobody's path but that of its environment."""
    return sys.argv[0] if Path(sys.argv[0]).name == "otklik" and not which("otklik") else "otklik"


def say(sentence: str) -> int:
    """One sentence for whoever gave the command. Exit code 2: it cannot be done as asked."""
    sys.stderr.write(f"{sentence}\n")
    return 2


def guarded(run: Callable[[], int], *, anyway: bool = False, begins: bool = False) -> int:
    """With settings and a database: what goes wrong is a sentence or a line of the log, without anybody's secrets.

    `anyway`: the command mends what is between this program and this database, and so runs whatever stands there.
    `begins`: it may be the first, so that no database is needed yet.
    """
    from django.db import OperationalError, ProgrammingError
    from psycopg.errors import UndefinedTable

    from otklik.lib.redact import redact
    from otklik.site.env import WrongSetting
    from otklik.site.safety import EMPTY, Unsafe, check_fits, check_there

    try:
        if not anyway:
            if not begins:
                check_there()
            with suppress(OperationalError):  # a command that needs a database says so itself
                check_fits()
        return run()
    except Unsafe as unsafe:
        return say(str(unsafe))
    except WrongSetting as wrong:  # a folder of the settings that cannot be written to
        return say(f"Неверная настройка: {wrong}")
    except (OperationalError, ProgrammingError) as error:
        if "no such table" in str(error) or isinstance(error.__cause__, UndefinedTable):
            return say(EMPTY)
        return say(f"База данных недоступна или не подготовлена: {redact(str(error).partition(chr(10))[0])}")
    except BrokenPipeError:
        raise
    except Exception:
        # Python would print it past the redactor.
        logging.getLogger("otklik").exception("the command failed")
        return 1
