from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_in_hand")]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("first_answered_at__isnull", False)),
                fields=["agency", "-first_answered_at", "-id"],
                name="incident_answered",
            ),
        ),
    ]
