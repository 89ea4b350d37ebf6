"""What a database says of itself, asked in plain SQL: a copy is compared by it with what it was made from.

Pure: no Django here; it is asked of a file of another program's version, too.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

Ask = Callable[[str], list[tuple[Any, ...]]]
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """`rows` by table, `migrations` by application, the journal's last entry (0 and "" for an empty one)."""

    rows: dict[str, int]
    migrations: dict[str, list[str]]
    entry: int
    seal: str

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


def is_manifest(manifest: dict[str, Any]) -> bool:
    """Whether this is a manifest whose parts are of their kinds, so that it may be read without further questions."""
    kept = manifest.get("facts")
    if not isinstance(kept, dict) or manifest.get("database") not in _TABLES:
        return False
    rows, migrations = kept.get("rows"), kept.get("migrations")
    words = [manifest.get("key"), manifest.get("program"), manifest.get("at"), kept.get("seal")]
    numbers = [kept.get("entry"), manifest.get("plain", 0), *(rows.values() if isinstance(rows, dict) else [None])]
    lists = [*migrations.values()] if isinstance(migrations, dict) else [None]
    return (
        all(isinstance(word, str) and word.isprintable() for word in words)
        and all(isinstance(number, int) and number >= 0 for number in numbers)
        and all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in lists)
        and _is_moment(str(manifest["at"]))
    )


def _is_moment(at: str) -> bool:
    try:
        return datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False


def facts(ask: Ask, vendor: str) -> Facts:
    """`ask` runs one question of ours and returns its rows; all of them see one and the same moment."""
    tables = [str(name) for (name,) in ask(_TABLES[vendor])]
    rows = {table: int(ask(f'SELECT count(*) FROM "{table}"')[0][0]) for table in tables}  # noqa: S608 its own names
    migrations: dict[str, list[str]] = {}
    if "django_migrations" in rows:
        for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name"):
            migrations.setdefault(app, []).append(name)
    last = ask("SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1") if "journal_entry" in rows else []
    entry, seal = last[0] if last else (0, "")
    if "journal_seal" in rows:  # before there were seals, each entry had its own
        seals = ask("SELECT hash FROM journal_seal ORDER BY after DESC LIMIT 1")
        seal = seals[0][0] if seals else seal
    return Facts(rows, migrations, int(entry), str(seal))


def differences(wanted: dict[str, Any], current_facts: Facts) -> list[str]:
    """Sentences: where a loaded database is not the one that was copied. [] when it is."""
    rows = wanted["rows"]
    words = [
        f"в таблице {table} строк {current_facts.rows.get(table, 0)}, а было {rows.get(table, 0)}"
        for table in sorted({*rows, *current_facts.rows})
        if rows.get(table, 0) != current_facts.rows.get(table, 0)
    ]
    if (wanted["entry"], wanted["seal"]) != (current_facts.entry, current_facts.seal):
        words.append("последняя запись журнала не та")
    return words
