"""Users, agencies and grants."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.places.models import Place


class Agency(models.Model):
    """A body that answers: level 1 («ведомство») or its executor of level 2. `path` as in Place.

    `territory` is where it works; None means the whole region.
    """

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=100, blank=True, default="", db_index=True)
    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=250)
    short_name = models.CharField(max_length=120)
    territory = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: object, **kwargs: object) -> None:
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)


class Role(models.TextChoices):
    OPERATOR = "operator", _("оператор")
    CURATOR = "curator", _("куратор")
    EXECUTOR = "executor", _("исполнитель")
    APPROVER = "approver", _("согласующий")
    HEAD = "head", _("руководитель")
    AUDITOR = "auditor", _("аудитор")
    ADMINISTRATOR = "administrator", _("администратор")


class User(AbstractUser):
    """Somebody who signs in. What he may do is said by his grants alone, not by `is_staff`.

    `demo` marks users of the demonstration region: a real installation refuses to start with them.
    """

    patronymic = models.CharField(max_length=80, blank=True, default="")
    demo = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True, default="")
    look = models.CharField(max_length=8, blank=True, default="")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        """«Иванова М. П.» for lists and journals."""
        letters = [f"{name[0]}." for name in (self.first_name, self.patronymic) if name]
        return " ".join([self.last_name or self.username, *letters])


class Grant(models.Model):
    """A role within an agency's subtree and a territory; None stands for «all»."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Counter(models.Model):
    """One value of the cache (`people/counters.py`): what was tried lately, and who counts it now."""

    key = models.CharField(max_length=64, unique=True)
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Substitution(models.Model):
    """`deputy` has the rights of `absent` from `since` until `until`, and they come back by themselves.

    Only what `absent` has by grants of his own, and never the right to administrate: see people/access.py.
    `ended_at`: called off before its time.
    """

    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="substitutions")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["deputy", "until"], condition=models.Q(ended_at__isnull=True), name="substitution_runs"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.absent_id}"
