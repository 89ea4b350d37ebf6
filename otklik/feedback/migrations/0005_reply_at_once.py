from django.db import migrations, models
from django.db.models import F, Q


def put_before_people(apps, _schema):
    """Replies that were read as bad ones and that nobody has looked at: from now on they wait in the lists."""
    ratings = apps.get_model("feedback", "Rating")
    unread = ratings.objects.filter(
        suggested=True, confirmed_at__isnull=True, dismissed_at__isnull=True, incident__state__in=("rating", "done")
    )
    bad = unread.filter(Q(mark__lte=3) | Q(solved__in=("no", "partly")))
    ratings.objects.filter(pk__in=list(bad.values_list("pk", flat=True))).update(waits_since=F("at"))


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0004_survey_on_the_way"),
        ("incidents", "0011_in_hand"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="rating",
            name="rating_says_something",
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mark__isnull", False),
                    models.Q(("solved", ""), _negated=True),
                    ("suggested", True),
                    _connector="OR",
                ),
                name="rating_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(fields=("incident", "message"), name="rating_of_reply_once"),
        ),
        migrations.AlterField(
            model_name="rating",
            name="dealt_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reopened", "открыли снова"),
                    ("explained", "разъяснили"),
                    ("noted", "приняли к сведению"),
                    ("taken_back", "житель передумал"),
                    ("deleted", "житель удалил отклик"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.RunPython(put_before_people, migrations.RunPython.noop),
    ]
