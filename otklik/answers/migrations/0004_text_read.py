from django.db import migrations, models
from django.db.models import F


def taken_for_read(apps, schema_editor):
    """Whether an older text was read is not known any more: all count as read but those that still stand."""
    texts = apps.get_model("answers", "AnswerText").objects.using(schema_editor.connection.alias)
    standing = models.Q(answer__state__in=("approval", "draft"), version=F("answer__version"))
    texts.exclude(standing).update(read_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [("answers", "0003_indexes")]

    operations = [
        migrations.AddField(
            model_name="answertext",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(taken_for_read, migrations.RunPython.noop, elidable=True),
    ]
