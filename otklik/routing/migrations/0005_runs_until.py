from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0005_owed"),
        ("routing", "0004_guesses"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="deadline",
            name="deadline_running",
        ),
        migrations.AddField(
            model_name="deadline",
            name="runs_until",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(models.When(cancelled_at__isnull=True, met_at__isnull=True, then="limit_at")),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("runs_until__isnull", False)),
                fields=["runs_until", "clock", "incident"],
                name="deadline_running",
            ),
        ),
    ]
