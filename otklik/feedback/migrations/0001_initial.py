import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import otklik.feedback.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inbox", "0001_initial"),
        ("incidents", "0001_initial"),
        ("publishing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("key", models.CharField(default=otklik.feedback.models.new_key, max_length=40, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="surveys", to="incidents.incident"
                    ),
                ),
                (
                    "sent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="survey", to="publishing.sent"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "origin",
                    models.CharField(
                        choices=[("survey", "опрос"), ("reading", "ответ жителя, прочитан оператором")], max_length=16
                    ),
                ),
                ("mark", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("suggested", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("dismissed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ratings", to="incidents.incident"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="inbox.message"
                    ),
                ),
                (
                    "survey",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rating",
                        to="feedback.survey",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="survey_due"),
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="survey_lease"),
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="survey_aside"
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(("mark__gte", 1), ("mark__lte", 5)), name="rating_mark_1_to_5"
            ),
        ),
    ]
