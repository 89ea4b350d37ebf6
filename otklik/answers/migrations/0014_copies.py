import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0013_words_and_pictures_once"),
        ("inbox", "0004_reconciliation"),
        ("incidents", "0013_state_revision"),
        ("people", "0007_goes_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="copy_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="answers.answer",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(condition=models.Q(("copy_of__isnull", False)), fields=["copy_of"], name="answer_copy"),
        ),
    ]
