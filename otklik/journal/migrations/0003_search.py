"""What one person did and where one thing was done, newest first, without reading the whole journal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [
        migrations.AddIndex("entry", models.Index(fields=["actor", "id"], name="entry_actor")),
        migrations.AddIndex("entry", models.Index(fields=["verb", "id"], name="entry_verb")),
    ]
