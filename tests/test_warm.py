"""A process that is forked warm is the one that Python would have started, with the settings of its environment."""

import os
import re
import sys
from pathlib import Path

import pytest

from otklik.site.env import keep
from tests import warm
from tests.processes import bare_environment

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
OTHERWISE = {
    "DJANGO_SETTINGS_MODULE": "otklik.site.settings",
    "OTKLIK_MODE": "real",
    "OTKLIK_URL": "https://otklik.example",
    "OTKLIK_LOOK_AGAIN": "17",
    "OTKLIK_TIME_ZONE": "Asia/Vladivostok",
    "OTKLIK_LOG_LEVEL": "DEBUG",
    "OTKLIK_MAIL": "smtp",
}
ADDRESS = re.compile(r" at 0x\w+")  # where in memory an object stands
TELL = """
import logging, time
from django.conf import settings
from django.core import mail
from django.db import connection
from django.utils import timezone
from otklik.publishing import look
print(connection.settings_dict, look.look_again(), logging.getLogger().level, mail.get_connection())
print({name: str(getattr(settings, name)) for name in dir(settings) if name.isupper()})
print(timezone.get_default_timezone(), time.tzname)
"""


def test_a_fork_has_the_settings_of_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = bare_environment(tmp_path / "data", DATABASE_URL=f"sqlite:///{tmp_path / 'other.sqlite3'}", **OTHERWISE)
    for name in ("secret.key", "forgotten.key", "sandbox.key"):  # what is nowhere is made up anew by each
        keep(name * 5, tmp_path / "data" / name)
    command = [sys.executable, "-m", "django.__main__", "shell", "--no-imports", "-c", TELL]
    forked = warm.run(command, env)
    monkeypatch.setitem(os.environ, "OTKLIK_TEST_WARM", "off")
    started = warm.run(command, env)
    assert (started.returncode, forked.returncode) == (0, 0), started.stderr + forked.stderr
    assert "otklik.example" in started.stdout
    assert ADDRESS.sub("", forked.stdout) == ADDRESS.sub("", started.stdout)
