"""Ids taken before the rows are written, so that rows of several tables can name each other and go in at once."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

BLOCK = 200


class Ids:
    """For one transaction after another of one writer. Begin each with `begin()`, inside the transaction.

    On SQLite the writer is alone in his transaction, so what follows the last id is his. On PostgreSQL the sequence
    gives them out, and what a transaction that was rolled back had taken is gone.
    """

    def __init__(self, models: Sequence[type[Model]]) -> None:
        self._models = list(models)
        self._free: dict[type[Model], list[int]] = {model: [] for model in models}
        self._last: dict[type[Model], int] = {}

    def begin(self) -> None:
        """Look anew where each table stands."""
        self._last = {}

    def take(self, model: type[Model]) -> int:
        if connection.vendor == "postgresql":
            free = self._free[model]
            if not free:
                free.extend(self._drawn(model))
            return free.pop()
        if not self._last:
            self._last = self._stand()
        self._last[model] += 1
        return self._last[model]

    def _drawn(self, model: type[Model]) -> list[int]:
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        with connection.cursor() as cursor:
            cursor.execute(sql, [model._meta.db_table, BLOCK])
            return sorted((int(pk) for (pk,) in cursor.fetchall()), reverse=True)

    def _stand(self) -> dict[type[Model], int]:
        """SQLite keeps the highest id that a table has ever had (AUTOINCREMENT): none is given twice."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            last = {str(name): int(seq) for name, seq in cursor.fetchall()}
        return {model: last.get(model._meta.db_table, 0) for model in self._models}
