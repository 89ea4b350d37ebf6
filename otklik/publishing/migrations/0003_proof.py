from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0002_hold"),
    ]

    operations = [
        migrations.AddField(
            model_name="sent",
            name="proof",
            field=models.FileField(blank=True, default="", upload_to="proofs/%Y/%m/"),
        ),
    ]
