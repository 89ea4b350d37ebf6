from django.db import migrations, models
from django.utils import timezone


def begin(apps, schema_editor):
    """The one row that folds: from the first run of a worker on."""
    apps.get_model("reports", "Binder").objects.create(name="sheaves", due_at=timezone.now())


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Binder",
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
                ("seen", models.JSONField(blank=True, default=dict)),
                ("raised_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="binder_due"),
                    models.Index(
                        condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="binder_lease"
                    ),
                    models.Index(
                        condition=models.Q(("set_aside_at__isnull", False)),
                        fields=["set_aside_at"],
                        name="binder_aside",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheaf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("layout", models.CharField(max_length=80)),
                ("mark", models.CharField(max_length=36)),
                ("revision", models.BigIntegerField()),
                ("rows", models.PositiveIntegerField()),
                ("folded_at", models.DateTimeField()),
                ("cards", models.BinaryField()),
            ],
            options={
                "verbose_name_plural": "sheaves",
                "constraints": [models.UniqueConstraint(fields=("layout", "month"), name="sheaf_once")],
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
