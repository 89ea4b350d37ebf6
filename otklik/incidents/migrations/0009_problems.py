import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def number_them(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Problems that are there already get the first numbers, and were opened by somebody."""
    last = 0
    for last, problem in enumerate(apps.get_model("incidents", "Problem").objects.order_by("pk"), 1):
        problem.number, problem.state = last, "open"
        problem.save(update_fields=["number", "state"])
    if last:
        apps.get_model("incidents", "Counter").objects.update_or_create(name="problem", defaults={"value": last})


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0008_watch"),
        ("people", "0004_made_role"),
        ("places", "0002_streets"),
        ("themes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProblemCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sure", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("why", models.CharField(blank=True, default="", max_length=100)),
                ("at", models.DateTimeField()),
                ("off_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="problem",
            name="agency",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.agency"
            ),
        ),
        migrations.AddField(
            model_name="problem",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="fixed_ground",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="problem",
            name="fixed_words",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.AddField(
            model_name="problem",
            name="house",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddField(
            model_name="problem",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="incidents.problem",
            ),
        ),
        migrations.AddField(
            model_name="problem", name="number", field=models.PositiveIntegerField(null=True, unique=True)
        ),
        migrations.AddField(
            model_name="problem",
            name="opened_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="problem",
            name="promised_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Предложена"),
                    ("open", "Открыта"),
                    ("fixed", "Устранена"),
                    ("ended", "Завершена"),
                    ("rejected", "Отклонена"),
                ],
                default="proposed",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="problem",
            name="statement",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="problem",
            name="street",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["state", "-id"], name="problem_state"),
        ),
        migrations.AddField(
            model_name="problemcard",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="problemcard",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="problem_cards", to="incidents.incident"
            ),
        ),
        migrations.AddField(
            model_name="problemcard",
            name="problem",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="cards", to="incidents.problem"
            ),
        ),
        migrations.AddConstraint(
            model_name="problemcard",
            constraint=models.UniqueConstraint(fields=("problem", "incident"), name="problem_card_once"),
        ),
        migrations.RunPython(number_them, migrations.RunPython.noop),
        migrations.AlterField(model_name="problem", name="number", field=models.PositiveIntegerField(unique=True)),
    ]
