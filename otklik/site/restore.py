"""`otklik restore`: a copy becomes the installation again, and begins a new life.

Everything that can be wrong is looked at before anything is changed. On SQLite the copy is loaded, brought up to this
program and given its new epoch in a file beside the database, which it then replaces in one step. On PostgreSQL it is
loaded together with its new epoch in one transaction. So whoever speaks next looks first, wherever this is cut off.
"""

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from otklik.backups import archive, folder, postgres, sqlite
from otklik.backups.archive import Copy, Damaged
from otklik.backups.key import fingerprint
from otklik.flow.models import Worker
from otklik.lib import clock
from otklik.site import backup, identity, loading, unfinished
from otklik.site.processes import is_busy
from otklik.site.safety import from_the_future

ALIVE = timedelta(seconds=30)
FAILURES = (OSError, Damaged, postgres.NoClient, sqlite3.DatabaseError, DatabaseError)
_EPOCH = """
INSERT INTO publishing_epoch (began_at, words) SELECT now(), 'first' WHERE NOT EXISTS (SELECT 1 FROM publishing_epoch);
INSERT INTO publishing_epoch (began_at, words) VALUES (now(), '{life}');
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was given. `over`: the database may hold something; `check`: nothing is changed; `unproven`:
    somebody knows where the copy comes from, for it does not prove it."""

    copy: Path
    over: bool = False
    check: bool = False
    without_key: bool = False
    unproven: bool = False


class Refused(Exception):
    """A sentence: why nothing was changed."""


LOADED, REPLACED = "loaded", "replaced"
Probe = Callable[[str], None]


def nowhere(point: str) -> None:
    """The probe of ordinary life."""


def restore(asked: Asked, probe: Probe = nowhere) -> int:
    """`probe` is told the points before and after the one step that changes everything: a test pulls the plug there.

    The exit code: 0 restored, 2 refused or failed.
    """
    try:
        with loading.readable(asked.copy) as plain:
            copy = examined(asked, plain)
            if asked.check:
                sys.stdout.write(f"Копия цела: {_described(copy.manifest)}.\n")
                return 0
            _restore(asked, copy, probe)
    except Refused as refused:
        return _say(str(refused))
    except FileNotFoundError as nothing:
        return _say(f"Нет такого файла: {nothing.filename}")
    except FAILURES as failed:
        return _say(f"Не восстановлено: {failed}\n{unfinished.sentence()}".strip())
    return 0


def examined(asked: Asked, plain: Path) -> Copy:
    """A copy that is whole, ours and fits this program; `plain` is its file in the clear. Raises Refused, Damaged,
    OSError."""
    try:
        copy = loading.checked(plain, unproven=asked.unproven)
    except loading.OtherKey as strange:
        raise Refused(f"{strange} {_way_out()}") from None
    except loading.Strange as strange:
        raise Refused(f"{strange} Если вы знаете, откуда эта копия, добавьте --unproven.") from None
    if unknown := from_the_future(copy.manifest["facts"]["migrations"]):
        raise Refused(
            f"Копия сделана более новой программой ({copy.manifest['program']}, в ней {unknown}): поставьте её."
        )
    known = [fingerprint(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    if copy.manifest["key"] not in known and not asked.without_key:
        raise Refused(
            f"Ключ не тот: отпечаток здешнего {known[0]}, а копия сделана с {copy.manifest['key']}. {_way_out()}"
        )
    return copy


def _way_out() -> str:
    return (
        f"Верните тот ключ ({settings.SECRET_KEY_FILE} или OTKLIK_SECRET_KEY). Если он потерян, а откуда эта копия, вы "
        "знаете, добавьте --without-key --unproven: ключи доступа всех сетей и вторые факторы придётся ввести заново."
    )


def busy() -> str:
    """Who still works on this installation, in a sentence; "" when nobody does."""
    if is_busy("0.0.0.0", settings.PORT):  # noqa: S104 only to see whether anybody listens
        return f"Сначала остановите сайт: порт {settings.PORT} занят."
    if "flow_worker" in connection.introspection.table_names():
        names = Worker.objects.filter(seen_at__gte=clock.now() - ALIVE).values_list("name", flat=True)
        if names:
            return (
                f"Сначала остановите обработчик ({', '.join(names)}). Если его убили, подождите "
                f"{ALIVE.total_seconds():.0f} секунд."
            )
    connection.close()
    return ""


def _restore(asked: Asked, copy: Copy, probe: Probe) -> None:
    """Raises Refused, and one of FAILURES."""
    _check_nobody_minds(asked)
    identity.keep_keys()
    now = clock.now()
    life = f"restore:{folder.stamp(datetime.fromisoformat(copy.manifest['at']))}:{folder.stamp(now)}".lower()
    unfinished.begin(unfinished.RESTORE, "загрузка", copy=str(asked.copy.resolve()))
    try:
        files = archive.unpack_files(copy, Path(settings.MEDIA_ROOT))
        load = _load_sqlite if connection.vendor == "sqlite" else _load_postgres
        kept, proof = load(asked, copy, life, now, probe)
    except FAILURES:
        if unfinished.standing().get("stage") == "загрузка":
            unfinished.end()  # the database is as it was
        raise
    unfinished.end()
    _tell(asked, copy.manifest, kept, files, proof)


def _check_nobody_minds(asked: Asked) -> None:
    if unfinished.standing().get("what") == unfinished.UPGRADE:
        raise Refused(unfinished.sentence())
    try:
        if sentence := busy():
            raise Refused(sentence)
        full = bool(connection.introspection.table_names()) and _holds_something()
        connection.close()
    except DatabaseError:  # what is damaged cannot tell: --over puts it aside
        connection.close()
        full = True
    if full and not asked.over:
        raise Refused("В базе уже что-то есть. Чтобы заменить её копией, добавьте --over: прежняя останется рядом.")


def _holds_something() -> bool:
    """A database that was only prepared for work holds no account, no user and no journal."""
    names = set(connection.introspection.table_names()) & {"journal_entry", "people_user", "networks_account"}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 one of the three above
            if cursor.fetchone():
                return True
    return False


def _load_sqlite(asked: Asked, copy: Copy, life: str, now: datetime, probe: Probe) -> tuple[str, loading.Proof]:
    live = Path(str(connection.settings_dict["NAME"])).resolve()
    live.parent.mkdir(parents=True, exist_ok=True)
    with folder.scratch(live.parent) as room:
        file = loading.unpacked(copy, room)
        loading.examine_sqlite(file, copy.manifest)
        proof = loading.prove(str(file), life=life, without_key=asked.without_key)
        kept = live.with_name(f"{live.name}.before-{folder.stamp(now)}") if live.exists() else None
        probe(LOADED)
        sqlite.put_in_place(file, live, kept)
    probe(REPLACED)
    return str(kept or ""), proof


def _load_postgres(asked: Asked, copy: Copy, life: str, now: datetime, probe: Probe) -> tuple[str, loading.Proof]:
    name, kept = str(connection.settings_dict["NAME"]), ""
    beside = Path(settings.BACKUPS)
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    postgres.needs_client()
    if connection.introspection.table_names():
        kept = str(folder.named(beside, "before-restore-", now, backup.ending()))
        backup.write(Path(kept), now)
    connection.close()
    with folder.scratch(beside) as room:
        file = loading.unpacked(copy, room)
        probe(LOADED)
        postgres.load(file, name, _EPOCH.format(life=life))
    probe(REPLACED)
    unfinished.begin(unfinished.RESTORE, "проверка", copy=str(asked.copy.resolve()))
    proof = loading.prove(name, life=life, without_key=asked.without_key)
    return kept, proof


def _tell(asked: Asked, manifest: dict[str, Any], kept: str, files: int, proof: loading.Proof) -> None:
    lines = [
        f"Восстановлено: {_described(manifest)}. Файлов записано: {files}.",
        "Началась новая эпоха базы: ответ, о котором она не знает, что он опубликован, сначала ищут в сети.",
        f"Таких сейчас: {proof.looked_first}. Что появилось в сетях после копии, прочтётся снова.",
        "Telegram прочитанное второй раз не отдаёт: его сообщения после копии внесите вручную.",
        "Кого заблокировали и чьи права сняли после копии, тех проверьте заново. Всем нужно войти ещё раз.",
    ]
    if proof.forgotten:
        lines.append(f"Кого просили забыть после копии, тех забыли снова: строк {proof.forgotten}.")
    if asked.without_key:
        lines.append("Ключи доступа и вторые факторы пусты: введите их на странице «Аккаунты».")
    if kept:
        lines.append(f"Прежняя база: {kept}. Удалите её, когда убедитесь, что она не нужна.")
    sys.stdout.write("\n".join([*lines, "Запустите обработчик и сайт."]) + "\n")


def _described(manifest: dict[str, Any]) -> str:
    at = datetime.fromisoformat(manifest["at"]).astimezone(UTC)
    rows = manifest["facts"]["rows"]
    cards, messages = rows.get("incidents_incident", 0), rows.get("inbox_message", 0)
    return f"копия от {at:%d.%m.%Y %H:%M} UTC, карточек {cards}, сообщений {messages}, программа {manifest['program']}"


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
