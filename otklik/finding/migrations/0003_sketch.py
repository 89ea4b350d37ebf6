"""What is kept of a card for telling whether another one is the same matter. Open and recent cards get it by the step
that reads their words, which all of them are made due for."""

from datetime import timedelta

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

BANDS = [f"band_{number}" for number in range(8)]


def draw(apps, _schema):
    now = timezone.now()
    ended = models.Q(incident__closed_at__lt=now - timedelta(days=90))
    apps.get_model("incidents", "Findable").objects.exclude(ended).update(due_at=now)


class Migration(migrations.Migration):
    dependencies = [
        ("finding", "0002_statistics"),
        ("inbox", "0002_hints_and_closed"),
        ("incidents", "0006_seldom_set"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sketch",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sketch",
                        serialize=False,
                        to="incidents.incident",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("theme", models.CharField(blank=True, default="", max_length=80)),
                ("also", models.CharField(blank=True, default="", max_length=250)),
                ("path", models.CharField(blank=True, default="", max_length=100)),
                ("town", models.BigIntegerField(default=0)),
                ("street", models.IntegerField(default=0)),
                ("house", models.IntegerField(default=0)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("copied", models.BinaryField(default=bytes)),
                ("marks", models.BinaryField(default=bytes)),
                *((band, models.IntegerField(null=True)) for band in BANDS),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.author",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["theme", "town", "at"], name="sketch_theme"),
                    models.Index(fields=["street", "town", "at"], name="sketch_street"),
                    models.Index(fields=["author", "at"], name="sketch_author"),
                    *(models.Index(fields=[band], name=f"sketch_{band}") for band in BANDS),
                ],
            },
        ),
        migrations.RunPython(draw, migrations.RunPython.noop),
    ]
