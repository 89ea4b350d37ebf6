from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def note_words(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What stood open over the upgrade overwrites nothing either."""
    Answer = apps.get_model("answers", "Answer")
    Answer.objects.filter(state__in=("draft", "returned", "approval")).update(words_version=F("version"))


class Migration(migrations.Migration):
    dependencies = [("answers", "0012_statements")]

    operations = [
        migrations.AddField("answer", "words_version", models.PositiveIntegerField(default=1)),
        migrations.AddField("answerphoto", "digest", models.CharField(blank=True, default="", max_length=64)),
        migrations.RunPython(note_words, migrations.RunPython.noop),
        migrations.AddConstraint(
            "answerphoto",
            models.UniqueConstraint(
                fields=["answer", "digest"], condition=~models.Q(digest=""), name="answer_photo_once"
            ),
        ),
    ]
