"""What is kept so that figures come at once: cards as columns, month by month. All of it can be folded anew."""

from django.db import models

from otklik.lib.due import Due
from otklik.people.models import User


class Sheaf(models.Model):
    """The cards that were begun in one month of the region's clock, as columns (columns.py).

    `revision`: it has seen every change of them up to this entry of the journal, and may have seen later ones. `mark`
    is another one at each fold, so that whoever has unpacked a sheaf knows whether it is still this one. `layout` says
    which columns it has and by whose clock its month is; of another layout it is as good as none.
    """

    month = models.DateField()
    layout = models.CharField(max_length=80)
    mark = models.CharField(max_length=36)
    revision = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    folded_at = models.DateTimeField()
    cards = models.BinaryField()

    class Meta:
        verbose_name_plural = "sheaves"
        constraints = [models.UniqueConstraint(fields=["layout", "month"], name="sheaf_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.rows}"


class Binder(Due):
    """Keeps the sheaves young. One row; its step is reports.bind.

    `seen` is {layout: revision}: every sheaf of this layout has seen every change up to this entry of the journal, and
    cards of a later revision are laid over. So whoever goes back to an older version finds its sheaves old, and not
    wrong. `raised_at` is when a bound was last raised.
    """

    name = models.CharField(max_length=16, unique=True)
    seen = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Formula(models.Model):
    """What the rating is made of: weights by the names of score.PARTS. Rows are added and never changed."""

    weights = models.JSONField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"formula {self.pk}"
