"""PostgreSQL thinks of a rare word as of one card in a hundred, and then reads all cards for it: so it is to know more
words by their number. SQLite asks its index of words anyway."""

from django.db import migrations


def measure(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE finding_words ALTER COLUMN words SET STATISTICS 1000")


class Migration(migrations.Migration):
    dependencies = [("finding", "0001_words")]
    operations = [migrations.RunPython(measure, migrations.RunPython.noop)]
