import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="answered_with",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="answers_also",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="executor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="incident",
            name="taken_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Findable",
            fields=[
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease", models.CharField(blank=True, default="", max_length=36)),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True)),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="findable",
                        serialize=False,
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="findable_due"),
                    models.Index(
                        condition=models.Q(("lease", ""), _negated=True), fields=["lease"], name="findable_lease"
                    ),
                    models.Index(
                        condition=models.Q(("set_aside_at__isnull", False)),
                        fields=["set_aside_at"],
                        name="findable_aside",
                    ),
                ],
            },
        ),
    ]
