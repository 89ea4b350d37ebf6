import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inbox", "0001_initial"),
        ("people", "0001_initial"),
        ("places", "0001_initial"),
        ("themes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("name", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("value", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Новый"),
                            ("noise", "Не инцидент"),
                            ("assigned", "Назначен"),
                            ("in_work", "В работе"),
                            ("clarifying", "Ждём уточнения жителя"),
                            ("approval", "На согласовании"),
                            ("publishing", "Публикация"),
                            ("postponed", "Отложен"),
                            ("rating", "Оценка удовлетворённости"),
                            ("done", "Готово"),
                        ],
                        default="new",
                        max_length=16,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solvable", "Решаемый"),
                            ("unsolvable", "Не решаемый"),
                            ("informational", "Информационный"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Решено"),
                            ("explained", "Разъяснено"),
                            ("unsolved", "Не решено"),
                            ("postponed", "Отложено"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "close_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("silence", "Нет ответа от жителя"),
                            ("satisfied", "Житель доволен"),
                            ("pointless", "Дальнейший диалог нецелесообразен"),
                            ("score", "Оценка в опросе"),
                            ("gathered", "Объединён с другим инцидентом"),
                            ("deleted", "Удалено жителем или в источнике"),
                            ("no_answer_needed", "Ответ не требуется"),
                        ],
                        default="",
                        max_length=24,
                    ),
                ),
                ("noise_reason", models.CharField(blank=True, default="", max_length=24)),
                ("street", models.CharField(blank=True, default="", max_length=160)),
                ("house", models.CharField(blank=True, default="", max_length=32)),
                ("place_object", models.CharField(blank=True, default="", max_length=160)),
                ("priority", models.PositiveSmallIntegerField(default=2)),
                ("network", models.CharField(blank=True, default="", max_length=16)),
                ("started_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("assigned_at", models.DateTimeField(blank=True, null=True)),
                ("drafted_at", models.DateTimeField(blank=True, null=True)),
                ("first_answered_at", models.DateTimeField(blank=True, null=True)),
                ("executor_answered_at", models.DateTimeField(blank=True, null=True)),
                ("rating_since", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("first_answer_working_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("returns", models.PositiveSmallIntegerField(default=0)),
                ("revision", models.BigIntegerField(default=0)),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="people.agency",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="places.place",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="themes.theme",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IncidentMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("main", models.BooleanField(default=False)),
                ("linked_at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="incidents.incident"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="inbox.message"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="incident",
            name="messages",
            field=models.ManyToManyField(
                related_name="incidents", through="incidents.IncidentMessage", to="inbox.message"
            ),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="incidents.incident"
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=250)),
                ("opened_at", models.DateTimeField()),
                ("fixed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="themes.theme",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="incident",
            name="problem",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="incidents",
                to="incidents.problem",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="incidents", to="incidents.tag"),
        ),
        migrations.CreateModel(
            name="Heard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="heard", to="inbox.message"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="heard", to="incidents.incident"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="heard_due"),
                    models.Index(
                        condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="heard_lease"
                    ),
                    models.Index(
                        condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="heard_aside"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="incidentmessage",
            constraint=models.UniqueConstraint(fields=("incident", "message"), name="incident_message_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentmessage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("main", True)), fields=("incident",), name="incident_one_main"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="incident_due"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="incident_lease"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="incident_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["state", "-priority", "started_at"], name="incident_queue"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["agency", "state", "started_at"], name="incident_agency"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["revision"], name="incident_revision"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["started_at"], name="incident_started"),
        ),
    ]
