"""Users, agencies and grants."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from otklik.people.permissions import Permission, Role, allowed
from otklik.places.models import Place

__all__ = ["Agency", "Counter", "Grant", "MadeRole", "ProgramRequest", "ProgramToken", "Role", "Substitution", "User"]


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


class User(AbstractUser):
    """Somebody who signs in. What he may do is said by his grants alone, not by `is_staff`.

    `demo` marks users of the demonstration region: a real installation refuses to start with them. `goes_on`: after a
    decision on a card the next one of the queue opens.
    """

    patronymic = models.CharField(max_length=80, blank=True, default="")
    demo = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True, default="")
    look = models.CharField(max_length=8, blank=True, default="")
    goes_on = models.BooleanField(default=True, db_default=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        """«Иванова М. П.» for lists and journals."""
        letters = [f"{name[0]}." for name in (self.first_name, self.patronymic) if name]
        return " ".join([self.last_name or self.username, *letters])


class MadeRole(models.Model):
    """A role that an administrator made: a name, a standing role as its base, and its own set of permissions."""

    name = models.CharField(max_length=60, unique=True)
    base = models.CharField(max_length=16, choices=Role)
    permissions = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """How a list of roles names it, beside the standing ones' own words."""
        return f"made-{self.pk}"

    @property
    def allows(self) -> frozenset[Permission]:
        return allowed(self.base, self.permissions)


class Grant(models.Model):
    """A role within an agency's subtree and a territory; None stands for «all».

    `role` is a standing one. With `made` it is that one's base, and what is allowed is said by `made`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role)
    made = models.ForeignKey(MadeRole, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def allows(self) -> frozenset[Permission]:
        """What it lets one do; `made` is read along with it, or costs a query."""
        return allowed(self.role, self.made.permissions if self.made else None)

    @property
    def title(self) -> str:
        return self.made.name if self.made else str(Role(self.role).label)


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
    `agreed_at`: the deputy took it on, or an administrator set it; before that it gives nothing and tells nobody.
    `ended_at`: called off before its time.
    """

    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="substitutions")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="stands_in")
    since = models.DateTimeField()
    until = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
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


class ProgramToken(models.Model):
    """With what a neighbour system asks, in place of a person who signs in: no more than `owner` may by his own grants,
    and of that what `scopes` (programs.Scope) say. `until` is a local day, included.

    Of the secret a digest is kept alone; `shown` is its beginning, by which people tell one from another.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="programs")
    name = models.CharField(max_length=60)
    scopes = models.JSONField()
    shown = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.shown


class ProgramRequest(models.Model):
    """A change that a program asked for, by the key it gave, with what it was answered: when it asks again it hears the
    same and nothing is done twice. Written in the transaction of the change. `digest` is of what was asked; `answer`
    holds ids and codes alone."""

    token = models.ForeignKey(ProgramToken, on_delete=models.CASCADE, related_name="requests")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="program_request_once")]

    def __str__(self) -> str:
        return f"request {self.pk} of {self.token_id}"
