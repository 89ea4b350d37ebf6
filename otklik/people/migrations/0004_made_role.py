import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_substitution"),
    ]

    operations = [
        migrations.CreateModel(
            name="MadeRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("operator", "оператор"),
                            ("curator", "куратор"),
                            ("executor", "исполнитель"),
                            ("approver", "согласующий"),
                            ("head", "руководитель"),
                            ("auditor", "аудитор"),
                            ("administrator", "администратор"),
                        ],
                        max_length=16,
                    ),
                ),
                ("permissions", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="grant",
            name="made",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grants",
                to="people.maderole",
            ),
        ),
    ]
