import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_initial"),
        ("incidents", "0003_indexes"),
        ("people", "0001_initial"),
        ("places", "0001_initial"),
        ("themes", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="incident",
            name="incident_theme_state",
        ),
        migrations.RemoveIndex(
            model_name="incident",
            name="incident_place_state",
        ),
        migrations.RemoveIndex(
            model_name="incident",
            name="incident_no_theme",
        ),
        migrations.RemoveIndex(
            model_name="incident",
            name="incident_no_place",
        ),
        migrations.RemoveIndex(
            model_name="incident",
            name="incident_no_agency",
        ),
        migrations.AddField(
            model_name="incident",
            name="guessed_agency",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.agency",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="guessed_place",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="places.place",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="guessed_theme",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="themes.theme",
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="shown_agency",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("agency", "guessed_agency"),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="shown_place",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("place", "guessed_place"),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="shown_theme",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("theme", "guessed_theme"),
                output_field=models.BigIntegerField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["shown_theme", "state", "started_at", "id"], name="incident_shown_theme"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["shown_place", "state", "started_at", "id"], name="incident_shown_place"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["shown_agency", "state", "started_at", "id"], name="incident_shown_agency"),
        ),
    ]
