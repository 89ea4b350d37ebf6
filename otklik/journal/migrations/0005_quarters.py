from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_looks")]

    operations = [
        migrations.RemoveConstraint("Look", "look_once_an_hour"),
        migrations.RenameField("Look", "hour", "quarter"),
        migrations.AddConstraint(
            "Look", models.UniqueConstraint(fields=("incident", "user", "quarter"), name="look_once")
        ),
    ]
