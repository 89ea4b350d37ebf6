"""What is kept so that figures come at once, the formula of the rating, what is open to everybody, and the reports that
go by mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.lib.due import Due
from otklik.lib.outbox import Dispatch
from otklik.lib.sentence_field import ShortSentenceField
from otklik.people.models import User
from otklik.reports.discretion import DEFAULT_LEAST
from otklik.reports.spans import Cycle


class FoldedMonth(models.Model):
    """The cards that were begun in one month of the region's clock, as columns (columns.py).

    `revision`: it has seen every change of them up to this entry of the journal, and may have seen later ones. `mark`
    is another one at each fold, so that whoever has unpacked a folded month knows whether it is still this one.
    `layout` says which columns it has and by whose clock its month is; of another layout it is as good as none.
    """

    month = models.DateField()
    layout = models.CharField(max_length=80)
    mark = models.CharField(max_length=36)
    revision = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    folded_at = models.DateTimeField()
    cards = models.BinaryField()

    class Meta:
        db_table = "reports_sheaf"
        constraints = [models.UniqueConstraint(fields=["layout", "month"], name="sheaf_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.rows}"


class MonthFolding(Due):
    """Keeps the folded months young. One row; its step is reports.folding.

    `seen` is {layout: revision}: every folded month of this layout has seen every change up to this entry of the
    journal, and cards of a later revision are laid over. So whoever goes back to an older version finds its folded
    months old, and not wrong. `raised_at` is when a bound was last raised. `whole` and `left` tell how far a round of
    folding is, in months or in revisions; both 0: none is going on.
    """

    name = models.CharField(max_length=16, unique=True)
    seen = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)
    whole = models.PositiveBigIntegerField(default=0)
    left = models.PositiveBigIntegerField(default=0)

    class Meta(Due.Meta):
        db_table = "reports_binder"

    def __str__(self) -> str:
        return self.name


class Formula(models.Model):
    """What the rating is made of: weights by the names of score.PARTS. Rows are added and never changed."""

    weights = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"formula {self.pk}"


class PublicFigures(models.Model):
    """What of the figures everybody may read. Rows are added and never changed; the last one holds.

    `least`: of fewer observations no figure is shown. `licence` is the line under which the data may be used, "" for
    none.
    """

    on = models.BooleanField(default=False)
    least = models.PositiveSmallIntegerField(default=DEFAULT_LEAST)
    licence = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "public figures"

    def __str__(self) -> str:
        return f"public figures {'on' if self.on else 'off'}"


class Cycles(models.TextChoices):
    DAILY = Cycle.DAILY.value, _("каждый день")
    WEEKLY = Cycle.WEEKLY.value, _("каждую неделю")
    MONTHLY = Cycle.MONTHLY.value, _("каждый месяц")


class Schedule(Due):
    """A report by mail: each of `readers` gets that of his own reach. Its step is reports.plan.

    `hour` is by the region's clock; `day` is the weekday of a weekly one (0 is Monday), the day of the month of a
    monthly one (1 to 28), and nothing of a daily one.
    """

    cycle = models.CharField(max_length=8, choices=Cycles)
    ending = models.CharField(max_length=8)
    hour = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField(default=0)
    readers = models.ManyToManyField(User, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.cycle} as {self.ending}"


class Sending(Dispatch):
    """One report to one person. Its step is reports.post. Unique, so that no restart makes a second one of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт")
        SENT = "sent", _("ушёл")
        LOST = "lost", _("не ушёл")

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="sendings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    period = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why = ShortSentenceField(max_length=300, blank=True, default="")

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["schedule", "user", "period"], name="sending_once")]

    def __str__(self) -> str:
        return f"{self.period} to {self.user_id}"


class Letterhead(models.Model):
    """The region's own template of a Word document. There is one row or none."""

    name = models.CharField(max_length=100)
    content = models.BinaryField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
