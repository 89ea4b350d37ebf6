"""What verbs keep beside the rows they change: what can still be taken back, and the lines for one person.

They were the desk's, and have its label.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.incidents.models import Incident, Note
from otklik.people.models import User


class Undoable(models.Model):
    """What a card was before a person's last change of it, kept for as long as «вернуть» is offered.

    `batch` names everything that was done by one press. `entry` is the journal's last entry of the change: whoever
    comes later with a change of his own makes it past undoing. `before` is as otklik/work/picture.py writes it.
    """

    batch = models.CharField(max_length=36, db_index=True)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)
    entry = models.BigIntegerField()
    before = models.JSONField()

    class Meta:
        app_label = "desk"

    def __str__(self) -> str:
        return f"{self.verb} of {self.incident_id}"


class Notice(models.Model):
    """A line for one person: somebody called him in a note, handed a shift over, sent his answer back, asks him.

    "extension" is of older lines that do not tell which way it was decided.
    """

    class Kind(models.TextChoices):
        MENTION = "mention", _("вас позвали в заметке")
        HANDOVER = "handover", _("вам сдают смену")
        RETURNED = "returned", _("ответ вернули с замечанием")
        ASKED = "asked", _("просят продлить срок")
        GRANTED = "granted", _("срок продлили")
        REFUSED = "refused", _("срок не продлили")
        EXTENSION = "extension", _("решение о сроке")
        HANDED_OVER = "given", _("вам поручили карточку")
        STAND_IN = "stand_in", _("вас просят заместить коллегу")
        SUBSTITUTE_AGREED = "stands_in", _("коллега согласился вас заместить")
        SUBSTITUTE_DECLINED = "stands_not", _("коллега отказался вас заместить")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=16, choices=Kind)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "desk"
        indexes = [
            models.Index(fields=["user"], condition=models.Q(seen_at__isnull=True), name="notice_unseen"),
            models.Index(fields=["user", "-id"], name="notice_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
