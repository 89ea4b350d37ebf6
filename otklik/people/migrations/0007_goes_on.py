from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_substitution_agreed"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="goes_on",
            field=models.BooleanField(default=True, db_default=True),
        ),
    ]
