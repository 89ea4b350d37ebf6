"""Of the copies of a text the newest are found without a look at all of them."""

from django.db import migrations, models

COLUMNS = [f"band_{number}" for number in range(8)]


class Migration(migrations.Migration):
    dependencies = [("finding", "0004_seeking")]

    operations = [
        *(migrations.RemoveIndex("Sketch", f"sketch_{column}") for column in COLUMNS),
        *(
            migrations.AddIndex("Sketch", models.Index(fields=[column, "at"], name=f"sketch_{column}"))
            for column in COLUMNS
        ),
    ]
