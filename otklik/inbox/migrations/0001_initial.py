import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("networks", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Author",
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
                ("external_id", models.CharField(max_length=120)),
                ("name", models.CharField(blank=True, default="", max_length=250)),
                ("url", models.CharField(blank=True, default="", max_length=500)),
                ("is_community", models.BooleanField(default=False)),
                ("ours", models.BooleanField(default=False)),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                (
                    "heard_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="networks.account"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Gone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=16)),
                ("external_id", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "gone",
                "constraints": [models.UniqueConstraint(fields=("network", "external_id"), name="gone_once")],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                ("external_id", models.CharField(max_length=250)),
                (
                    "place",
                    models.CharField(
                        choices=[("post", "пост"), ("comment", "комментарий"), ("direct", "личное сообщение")],
                        max_length=16,
                    ),
                ),
                ("parent_external_id", models.CharField(blank=True, default="", max_length=250)),
                ("own", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True, default="")),
                ("folded", models.TextField(blank=True, default="")),
                ("text_hash", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("url", models.CharField(blank=True, default="", max_length=500)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("engagement", models.PositiveIntegerField(default=0)),
                ("posted_at", models.DateTimeField()),
                ("captured_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="inbox.author"
                    ),
                ),
                (
                    "raw",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="networks.rawevent",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="networks.source",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Media",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(max_length=16)),
                ("url", models.CharField(blank=True, default="", max_length=2000)),
                ("preview", models.CharField(blank=True, default="", max_length=2000)),
                ("title", models.CharField(blank=True, default="", max_length=250)),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("file", models.FileField(blank=True, default="", upload_to="captured/%Y/%m/")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="media", to="inbox.message"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "media",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("until", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="editions", to="inbox.message"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("network", models.CharField(max_length=16)),
                ("external_id", models.CharField(max_length=250)),
                ("community", models.CharField(blank=True, default="", max_length=120)),
                ("url", models.CharField(blank=True, default="", max_length=500)),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="threads",
                        to="networks.source",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="inbox.thread"
            ),
        ),
        migrations.AddIndex(
            model_name="author",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="author_due"),
        ),
        migrations.AddIndex(
            model_name="author",
            index=models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="author_lease"),
        ),
        migrations.AddIndex(
            model_name="author",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="author_aside"
            ),
        ),
        migrations.AddConstraint(
            model_name="author",
            constraint=models.UniqueConstraint(fields=("network", "external_id"), name="author_once"),
        ),
        migrations.AddIndex(
            model_name="media",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="media_due"),
        ),
        migrations.AddIndex(
            model_name="media",
            index=models.Index(condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="media_lease"),
        ),
        migrations.AddIndex(
            model_name="media",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="media_aside"
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.UniqueConstraint(fields=("network", "external_id"), name="thread_once"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="message_due"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="message_lease"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("set_aside_at__isnull", False)), fields=["set_aside_at"], name="message_aside"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["thread", "posted_at"], name="message_thread"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["author", "posted_at"], name="message_author"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["network", "parent_external_id"], name="message_parent"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("network", "external_id"), name="message_once"),
        ),
    ]
