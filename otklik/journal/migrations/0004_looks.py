from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.BigIntegerField()),
                ("incident", models.BigIntegerField()),
                ("hour", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "id"], name="look_user"),
                    models.Index(fields=["at"], name="look_at"),
                ],
                "constraints": [models.UniqueConstraint(fields=("incident", "user", "hour"), name="look_once_an_hour")],
            },
        ),
    ]
