"""`otklik`: the one command line. The commands themselves stand in site/commands."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from otklik.lib import heap
from otklik.site.commands import ALL
from otklik.site.commands.base import guarded, say
from otklik.site.commands.parser import Version, describe, speak_russian
from otklik.site.env import FILE, USUAL_DATA, WrongSetting, none_given, usual_places
from otklik.site.owner import become_owner

DESCRIPTION = "Отклик: регион отвечает на то, что люди пишут в социальных сетях."
EPILOG = "Настройки: docs/ru/settings.md. Попробовать: make demo. Начать свой регион: otklik init."


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point. Exit code 0: done; 1: done, and something is wrong; 2: cannot be done as asked."""
    parsed = _parser().parse_args(argv)
    os.umask(0o077)  # whatever is made is for its owner alone, also where the folder's own rights would let others in
    needs_settings = not (parsed.apart or parsed.bare or parsed.anywhere)
    if needs_settings and (nothing := none_given(os.environ, usual_places(), USUAL_DATA)):
        return say(nothing)
    if parsed.apart:  # the training region never meets the real one's settings
        os.environ[FILE] = "none"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
    # NumPy's products of one text are slower on several threads, which spin and take the other processes' cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        run: Callable[[argparse.Namespace], int] = parsed.run
        if parsed.bare:  # without settings and a database, which take a second
            return run(parsed)
        become_owner()
        heap.keep_little()
        import django

        django.setup()
        anyway = parsed.anyway or getattr(parsed, "fresh", False)
        return guarded(lambda: run(parsed), anyway=anyway, begins=parsed.begins or parsed.anywhere)
    except WrongSetting as wrong:
        return say(f"Неверная настройка: {wrong}")
    except (KeyboardInterrupt, EOFError):  # Ctrl-C, or Ctrl-D where something was asked
        sys.stderr.write("\n")
        return 130
    except BrokenPipeError:  # `otklik … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    speak_russian()
    parser = argparse.ArgumentParser("otklik", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action=Version)
    parser.set_defaults(bare=False, apart=False, anyway=False, anywhere=False, begins=False)
    commands = parser.add_subparsers(title="команды", metavar="команда", required=True)
    for module in ALL:
        module.add(commands)
    describe(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
