import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_initial"),
        ("incidents", "0005_owed"),
        ("people", "0001_initial"),
        ("places", "0001_initial"),
        ("themes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="incident",
            name="answered_with",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="answers_also",
                to="incidents.incident",
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="problem",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="incidents",
                to="incidents.problem",
            ),
        ),
        migrations.AlterField(
            model_name="incident",
            name="taken_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("taken_by__isnull", False)), fields=["taken_by", "state"], name="incident_taken_by"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("answered_with__isnull", False)),
                fields=["answered_with", "state"],
                name="incident_answered_with",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("problem__isnull", False)), fields=["problem", "state"], name="incident_problem"
            ),
        ),
    ]
