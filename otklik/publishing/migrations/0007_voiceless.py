"""Answers that nobody could say have waited for ever: from now on they look whether somebody can by now."""

from django.db import migrations
from django.utils import timezone


def wake(apps, _editor):
    waiting = apps.get_model("publishing", "Delivery").objects.filter(state="queued", hold="by_hand", cause="voice")
    waiting.filter(account=None, due_at=None).update(due_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_moment")]
    operations = [migrations.RunPython(wake, migrations.RunPython.noop)]
