"""An installation of its own, made of the test's database, in a folder and on a server's database of its own."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from otklik.backups import postgres, sqlite
from otklik.incidents.models import Tag
from otklik.site.loading import address
from tests import warm
from tests.processes import CLI, bare_environment
from tests.sandbox.process import free_port


@dataclass
class Installation:
    """`database` is a file or a name on the server. A tag «до» stands in it."""

    data: Path
    database: str
    port: int = field(default_factory=free_port)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        more = {"DATABASE_URL": address(self.database), "OTKLIK_PORT": str(self.port)}
        return warm.run(command, bare_environment(self.data, DJANGO_SETTINGS_MODULE="otklik.site.settings", **more))

    def otklik(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(*CLI, *words)

    def killed_at(self, stage: str, deed: str = "upgrade", *file: str) -> None:
        done = self.run(sys.executable, "-m", "tests.kill", deed, stage, *file)
        assert done.returncode == -signal.SIGKILL, done.stderr

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """One question or statement, past the product."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.database)) as line, line:
                return list(line.execute(question).fetchall())
        with psycopg.connect(address(self.database)) as server:
            cursor = server.execute(question)
            return list(cursor.fetchall()) if cursor.description else []

    @property
    def tags(self) -> list[str]:
        """What stands in it, by which it is known again."""
        return [name for (name,) in self.ask("SELECT name FROM incidents_tag")]

    @property
    def is_new(self) -> bool:
        return bool(self.ask("SELECT 1 FROM django_migrations WHERE app = 'backups'"))

    def is_sound(self, *, new: bool) -> None:
        assert (self.is_new, self.tags) == (new, ["до"])
        assert not self.ask("SELECT 1 FROM publishing_epoch"), "nothing was said meanwhile: it is the same life"
        assert not (self.data / "unfinished.json").exists()


@contextmanager
def installation_in(tmp_path: Path) -> Iterator[Installation]:
    """The test's own database, copied, with a tag in it."""
    Tag.objects.create(name="до")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text(settings.SECRET_KEY)
    if connection.vendor == "sqlite":
        file = tmp_path / "data" / "otklik.sqlite3"
        sqlite.snapshot(Path(str(connection.settings_dict["NAME"])), file)
        yield Installation(file.parent, str(file))
        return
    postgres.snapshot(tmp_path / "dump")
    with postgres.scratch() as name:
        postgres.load(tmp_path / "dump", name)
        yield Installation(tmp_path / "data", name)
