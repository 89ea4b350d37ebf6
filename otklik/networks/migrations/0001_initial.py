import django.db.models.deletion
from django.db import migrations, models

import otklik.lib.secret
import otklik.networks.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=16)),
                ("external_id", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=200)),
                ("sandbox", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("hook_key", models.CharField(default=otklik.networks.models.new_hook_key, max_length=64, unique=True)),
                ("hook_secret", otklik.lib.secret.SecretField(blank=True, default="")),
                ("confirmation", models.CharField(blank=True, default="", max_length=64)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("stop_reason", models.TextField(blank=True, default="")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.agency",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("network", models.CharField(max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own", "своё сообщество"),
                            ("foreign", "чужое сообщество"),
                            ("search", "поиск по словам"),
                            ("dialogue", "личные сообщения"),
                            ("link", "ссылка, вставленная вручную"),
                        ],
                        max_length=16,
                    ),
                ),
                ("external_id", models.CharField(max_length=250)),
                ("title", models.CharField(max_length=200)),
                ("url", models.CharField(blank=True, default="", max_length=500)),
                ("audience", models.PositiveIntegerField(default=0)),
                ("guests_may_speak", models.BooleanField(blank=True, null=True)),
                ("active", models.BooleanField(default=True)),
                ("cursor", otklik.lib.secret.SealedJSONField(blank=True, default=dict)),
                ("last_event_at", models.DateTimeField(blank=True, null=True)),
                ("last_poll_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sources", to="networks.account"
                    ),
                ),
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RawEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("network", models.CharField(max_length=16)),
                ("origin", models.CharField(max_length=16)),
                ("key", models.CharField(max_length=128, null=True, unique=True)),
                ("context", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("events", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="raw_events",
                        to="networks.account",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="raw_events",
                        to="networks.source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("secret", otklik.lib.secret.SecretField()),
                ("per_second", models.FloatField(default=3.0)),
                ("next_call_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="networks.account"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("network", "external_id"), name="account_once"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="source_due"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="source_lease"),
        ),
        migrations.AddIndex(
            model_name="source",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="source_aside"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("network", "kind", "external_id"), name="source_once"),
        ),
        migrations.AddIndex(
            model_name="rawevent",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="rawevent_due"),
        ),
        migrations.AddIndex(
            model_name="rawevent",
            index=models.Index(
                condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="rawevent_lease"
            ),
        ),
        migrations.AddIndex(
            model_name="rawevent",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="rawevent_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="rawevent",
            index=models.Index(fields=["received_at"], name="rawevent_received"),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.UniqueConstraint(fields=("account", "kind"), name="token_kind_once"),
        ),
    ]
