"""Entries are appended side by side and sealed in batches; the chain of earlier versions stays, and is not added to."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q
from django.utils import timezone

SQLITE = (
    "CREATE TRIGGER journal_seal_no_{verb} BEFORE {VERB} ON journal_seal "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal_seal "
    "FOR EACH ROW EXECUTE FUNCTION journal_refuse()"
)
# In this order: the mark of a number that was given out before the first question is in the second, or its transaction
# has ended, and whatever is asked next sees it. 7104 is above the number in the keys of marks (journal/book.py).
SETTLED = """
CREATE FUNCTION journal_settled() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE last bigint; oldest bigint;
BEGIN
    SELECT last_value - (CASE WHEN is_called THEN 0 ELSE 1 END) INTO last FROM journal_entry_id_seq;
    SELECT min((classid::bigint << 32 | objid::bigint) & ((1::bigint << 44) - 1)) INTO oldest FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND classid::bigint >> 12 = 7104
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid();
    RETURN least(last, oldest);
END $$
"""


def begin(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        schema_editor.execute(SETTLED)
    else:
        for verb in ("update", "delete"):
            schema_editor.execute(SQLITE.format(verb=verb, VERB=verb.upper()))
    apps.get_model("journal", "Sealing").objects.create(due_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_quarters")]

    operations = [
        migrations.RemoveField("Entry", "before"),
        # Its column stays as it is: SQLite would write the whole table anew for this, and lose the triggers.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("Entry", "hash", models.CharField(blank=True, default="", max_length=64))
            ]
        ),
        migrations.CreateModel(
            "Seal",
            [
                ("after", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("gaps", models.JSONField(default=list)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            "Sealing",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("entry", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(fields=["due_at"], name="sealing_due", condition=Q(due_at__isnull=False)),
                    models.Index(fields=["lease"], name="sealing_lease", condition=~Q(lease="")),
                    models.Index(
                        fields=["set_aside_at"], name="sealing_aside", condition=Q(set_aside_at__isnull=False)
                    ),
                ],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
