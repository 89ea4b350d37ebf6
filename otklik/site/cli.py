"""`otklik`: the one command line. The commands themselves stand in site/commands."""

import argparse
import os
import pwd
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from otklik.lib import heap
from otklik.site import env
from otklik.site.commands import ALL
from otklik.site.commands.base import guarded, say
from otklik.site.commands.parser import Version, describe, speak_russian
from otklik.site.env import FILE, USUAL_DATA, WrongSetting, no_installation, usual_places

DESCRIPTION = "Отклик: регион отвечает на то, что люди пишут в социальных сетях."
EPILOG = "Настройки: docs/ru/settings.md. Попробовать: make demo. Начать свой регион: otklik init."


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point. Exit code 0: done; 1: done, and something is wrong; 2: cannot be done as asked."""
    parsed = _parser().parse_args(argv)
    os.umask(0o077)  # whatever is made is for its owner alone, also where the folder's own rights would let others in
    needs_settings = not (parsed.apart or parsed.bare or parsed.anywhere)
    if needs_settings and (nothing := no_installation(os.environ, usual_places(), USUAL_DATA)):
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


# A command that root gives becomes the owner of the data folder first: what it writes the service has to use.
#
# Everything that a command needs is the service's; root's own files in its folders would stop the worker by night.
def become_owner() -> None:
    """Before the settings are read. Raises WrongSetting. Where root owns the folder, or there is none, root stays."""
    if os.geteuid() != 0:
        return
    environment = env.read_environment(os.environ, env.usual_places())
    with suppress(FileNotFoundError, NotADirectoryError):
        owner = Path(env.text(environment, "OTKLIK_DATA", str(env.ROOT / "var"))).stat()
        if owner.st_uid:
            os.setgroups([])
            _join(owner.st_uid, owner.st_gid)
            os.setgid(owner.st_gid)
            os.setuid(owner.st_uid)


def _join(uid: int, gid: int) -> None:
    """The groups of that account and its home, for what a PostgreSQL client looks for there."""
    with suppress(KeyError):  # a container's account may have no name
        account = pwd.getpwuid(uid)
        os.initgroups(account.pw_name, gid)
        os.environ["HOME"] = account.pw_dir


if __name__ == "__main__":
    sys.exit(main())
