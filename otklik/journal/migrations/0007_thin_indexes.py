"""Indexes without the entry's number in them, and of times only every sixty-fourth.

PostgreSQL keeps a value that many entries have once, with six bytes for each of them, where the number stood beside it
as long as both; SQLite's indexes have the number anyway. A database of years is at work meanwhile: on PostgreSQL the
new ones are built beside the writers, and the old ones go after that. Whoever is broken off begins again. SQLite builds
them in the transaction of the upgrade, a second for a million entries each.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, Q
from django.db.models.lookups import Exact

OLD = ("entry_incident", "entry_subject", "entry_at", "entry_actor", "entry_verb")
NEW = (
    models.Index(fields=["incident"], name="entry_card"),
    models.Index(fields=["subject"], name="entry_about"),
    models.Index(fields=["actor"], name="entry_who"),
    models.Index(fields=["verb"], name="entry_what"),
    models.Index(fields=["at"], name="entry_when", condition=Q(Exact(F("id") % 64, 0))),
)


def change(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    entry = apps.get_model("journal", "Entry")
    server = schema_editor.connection.vendor == "postgresql"
    for index in NEW:
        schema_editor.execute(f"DROP INDEX IF EXISTS {index.name}")  # half built, and of no use
        schema_editor.add_index(entry, index, **({"concurrently": True} if server else {}))
    for name in OLD:
        schema_editor.execute(f"DROP INDEX {'CONCURRENTLY ' if server else ''}IF EXISTS {name}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("journal", "0006_seals")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(change, migrations.RunPython.noop)],
            state_operations=[
                *(migrations.RemoveIndex("entry", name) for name in OLD),
                *(migrations.AddIndex("entry", index) for index in NEW),
            ],
        )
    ]
