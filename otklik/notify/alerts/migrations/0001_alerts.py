import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

LEVELS = [(1, 0, "curator"), (2, 120, "head")]


def begin(apps, schema_editor):
    """The levels that most regions begin with, and the place in the journal, read from the first run on."""
    level, bookmark = apps.get_model("alerts", "Level"), apps.get_model("alerts", "Bookmark")
    level.objects.bulk_create(level(rung=rung, minutes=minutes, role=role) for rung, minutes, role in LEVELS)
    bookmark.objects.create(name="journal", due_at=timezone.now())


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("answers", "0004_text_read"),
        ("incidents", "0006_seldom_set"),
        ("people", "0001_initial"),
        ("routing", "0006_noise_check"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Level",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rung", models.PositiveSmallIntegerField(unique=True)),
                ("minutes", models.PositiveIntegerField()),
                ("role", models.CharField(choices=[("curator", "куратор"), ("head", "руководитель")], max_length=16)),
            ],
            options={
                "ordering": ["rung"],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="talk",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("chat", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("linked_at", models.DateTimeField(blank=True, null=True)),
                ("broken_at", models.DateTimeField(blank=True, null=True)),
                ("code", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("code_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Trouble",
            fields=[
                (
                    "channel",
                    models.CharField(
                        choices=[("desk", "в системе"), ("mail", "почта"), ("bot", "бот")],
                        max_length=8,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("error", models.CharField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Wishes",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="wishes",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("chosen", models.JSONField(default=dict)),
                ("quiet_from", models.TimeField(default=datetime.time(21, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
            ],
            options={
                "verbose_name_plural": "wishes",
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("warned", "срок подходит"),
                            ("overdue", "срок вышел"),
                            ("assigned", "ведомству поручена карточка"),
                            ("approval", "ответ ждёт согласования"),
                            ("returned", "карточку или ответ вернули"),
                            ("urgent", "срочно: опасность для жизни"),
                            ("system", "оповещения не доходят"),
                        ],
                        max_length=16,
                    ),
                ),
                ("entry", models.BigIntegerField()),
                ("rung", models.PositiveSmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("desk", models.BooleanField(default=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="answers.answer",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="routing.deadline",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="incidents.incident",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("name", models.CharField(max_length=16, unique=True)),
                ("entry", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="bookmark_due"),
                    models.Index(
                        condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="bookmark_lease"
                    ),
                    models.Index(
                        condition=models.Q(("set_aside_at__isnull", False)),
                        fields=["set_aside_at"],
                        name="bookmark_aside",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Chase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("overdue", "срок вышел"), ("approval", "ответ ждёт согласования")], max_length=16
                    ),
                ),
                ("entry", models.BigIntegerField(unique=True)),
                ("since", models.DateTimeField()),
                ("rung", models.PositiveSmallIntegerField(default=0)),
                (
                    "answer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="answers.answer",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="routing.deadline",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chases", to="incidents.incident"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Ear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("network", models.CharField(max_length=16, unique=True)),
                ("rest_until", models.DateTimeField(blank=True, null=True)),
                ("cursor", models.BigIntegerField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="ear_due"),
                    models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="ear_lease"),
                    models.Index(
                        condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="ear_aside"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.CharField(choices=[("desk", "в системе"), ("mail", "почта"), ("bot", "бот")], max_length=8),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "ждёт"),
                            ("sent", "ушло"),
                            ("replaced", "ушло другим путём"),
                            ("lost", "не дошло"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("pressing", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("alerts", models.ManyToManyField(related_name="letters", to="alerts.alert")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("desk", True), ("seen_at__isnull", True)), fields=["user"], name="alert_unseen"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["user", "-id"], name="alert_of_user"),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(fields=("user", "kind", "entry", "rung"), name="alert_once"),
        ),
        migrations.AddIndex(
            model_name="chase",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="chase_due"),
        ),
        migrations.AddIndex(
            model_name="chase",
            index=models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="chase_lease"),
        ),
        migrations.AddIndex(
            model_name="chase",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="chase_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="letter_due"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="letter_lease"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="letter_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["user", "channel"], name="letter_waiting"
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
