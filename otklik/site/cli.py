"""`otklik`: the one command line. The commands themselves stand in site/commands."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from otklik.site.commands import ALL
from otklik.site.commands.base import guarded, say
from otklik.site.env import FILE, WrongSetting

DESCRIPTION = "Отклик: регион отвечает на то, что люди пишут в социальных сетях."
EPILOG = "Настройки: docs/settings.md. Попробовать: make demo. Начать свой регион: otklik init."


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point. Exit code 0: done; 1: done, and something is wrong; 2: cannot be done as asked."""
    parsed = _parser().parse_args(argv)
    os.umask(0o077)  # whatever is made is for its owner alone, also where the folder's own rights would let others in
    if parsed.apart:  # the training region never meets the real one's settings
        os.environ[FILE] = "none"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
    # NumPy's products of one text are slower on several threads, which spin and take the other processes' cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        run: Callable[[argparse.Namespace], int] = parsed.run
        if parsed.bare:  # without settings and a database, which take a second
            return run(parsed)
        import django

        django.setup()
        return guarded(lambda: run(parsed), anyway=parsed.anyway or getattr(parsed, "fresh", False))
    except WrongSetting as wrong:
        return say(f"Неверная настройка: {wrong}")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `otklik … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("otklik", description=DESCRIPTION, epilog=EPILOG)
    parser.set_defaults(bare=False, apart=False, anyway=False)
    commands = parser.add_subparsers(title="команды", metavar="команда", required=True)
    for module in ALL:
        module.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
