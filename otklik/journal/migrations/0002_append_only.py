"""The journal refuses change: a trigger on either database, below every ORM and every console."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = [
    "CREATE TRIGGER journal_no_{verb} BEFORE {VERB} ON journal_entry "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
]
POSTGRESQL = [
    "CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
    "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal_entry "
    "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
]


def lock(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        statements = POSTGRESQL
    else:
        statements = [SQLITE[0].format(verb=verb.lower(), VERB=verb) for verb in ("UPDATE", "DELETE")]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(lock, migrations.RunPython.noop)]
