from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0003_source_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="token",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="token",
            name="end_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="token",
            name="renewing_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
