"""The table of words: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Both hold words that we have folded ourselves.

No foreign key: the table is no model, and what it says of a card that is gone is never shown.
"""

from django.db import migrations

SQLITE = """
CREATE VIRTUAL TABLE finding_words USING fts5(words, tokenize = 'ascii', detail = 'none', prefix = '3')
"""
POSTGRESQL = (
    "CREATE TABLE finding_words (incident_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX finding_words_gin ON finding_words USING gin (words)",
)


def forwards(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else (SQLITE,)
    for statement in statements:
        schema_editor.execute(statement)
    # Cards that were there before can be found, too.
    incident, findable = apps.get_model("incidents", "Incident"), apps.get_model("incidents", "Findable")
    fresh = incident.objects.filter(findable__isnull=True).values_list("pk", "created_at")
    findable.objects.bulk_create(
        (findable(incident_id=pk, due_at=at) for pk, at in fresh.iterator()), batch_size=500, ignore_conflicts=True
    )


def backwards(apps, schema_editor):
    schema_editor.execute("DROP TABLE finding_words")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_people_and_words")]
    operations = [migrations.RunPython(forwards, backwards)]
