"""A command that root gives becomes the owner of the data folder first: what it writes the service has to use.

Everything that a command needs is the service's; root's own files in its folders would stop the worker by night.
"""

import os
import pwd
from contextlib import suppress
from pathlib import Path

from otklik.site import env


def become_owner() -> None:
    """Before the settings are read. Raises WrongSetting. Where root owns the folder, or there is none, root stays."""
    if os.geteuid() != 0:
        return
    told = env.given(os.environ, env.usual_places())
    with suppress(FileNotFoundError, NotADirectoryError):
        owner = Path(env.text(told, "OTKLIK_DATA", str(env.ROOT / "var"))).stat()
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
