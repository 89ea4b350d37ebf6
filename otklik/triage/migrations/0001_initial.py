import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inbox", "0001_initial"),
        ("places", "0001_initial"),
        ("themes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("message_revision", models.PositiveIntegerField(default=1)),
                ("kind", models.CharField(max_length=16)),
                ("kind_share", models.FloatField(default=0)),
                ("theme_share", models.FloatField(default=0)),
                ("themes", models.JSONField(default=list)),
                ("place_share", models.FloatField(default=0)),
                ("street", models.CharField(blank=True, default="", max_length=160)),
                ("house", models.CharField(blank=True, default="", max_length=32)),
                ("urgency", models.PositiveSmallIntegerField(default=2)),
                ("why", models.JSONField(default=dict)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="verdicts", to="inbox.message"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.place"
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="themes.theme"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["message", "-id"], name="verdict_latest")],
            },
        ),
    ]
