"""Rules, suggestions, assignments, calendars and deadlines."""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.inbox.models import Message
from otklik.incidents.models import Incident
from otklik.lib.due import Due
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.themes.models import Theme, ThemeGroup


def _monday_to_friday() -> list[int]:
    return list(range(5))


class Calendar(models.Model):
    """Working hours by local time, and the days that differ from the others; deadlines.WorkWeek says how it counts.

    `special_days` is {"2026-12-31": 0, "2026-11-03": 7}: how many working hours that day has. `weekdays` are those
    that are worked, 0 is Monday; a closing at 00:00 is midnight. `holidays`: the production calendar of Russia is
    kept. `zone` is empty for that of the region. One calendar is the region's own; the others are of agencies.
    """

    title = models.CharField(max_length=120)
    opens = models.TimeField(default=time(8, 30))
    closes = models.TimeField(default=time(17, 30))
    lunch_from = models.TimeField(null=True, blank=True)
    lunch_to = models.TimeField(null=True, blank=True)
    weekdays = models.JSONField(default=_monday_to_friday, blank=True)
    holidays = models.BooleanField(default=True)
    zone = models.CharField(max_length=64, blank=True, default="")
    special_days = models.JSONField(default=dict, blank=True)
    default = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class AgencyCalendar(models.Model):
    """By which calendar an agency works, and everybody below it who has none of his own; else the region's."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="calendar_link")
    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="agency_links")

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.calendar_id}"


class Rule(models.Model):
    """Theme × place × thing × network × time → agency. Of those that fit the narrowest wins, as match.py orders them.

    `things` is a list of names as it was typed («остановка, детская площадка»). `executor` gets the card within the
    agency at once. `since` and `until` bound the rule, `owner` answers for it.
    """

    FOLLOWS_THEME = True

    class Hours(models.TextChoices):
        WORKING = "working", _("в рабочие часы")
        OUTSIDE = "outside", _("вне рабочих часов")

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")
    group = models.ForeignKey(ThemeGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")
    things = models.CharField(max_length=200, blank=True, default="")
    network = models.CharField(max_length=16, blank=True, default="")
    hours = models.CharField(max_length=8, choices=Hours, blank=True, default="")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="rules")
    executor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=250, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.theme or self.group or '*'} × {self.place or '*'} → {self.agency}"


class Suggestion(models.Model):
    """Whose the machine thinks a card is, by which rule; the latest one counts. `thing` is what the text named."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="suggestions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    rule = models.ForeignKey(Rule, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    thing = models.CharField(max_length=200, blank=True, default="")
    share = models.FloatField(default=0)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["rule", "at"], name="suggestion_rule")]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.agency_id}"


class Automatic(models.Model):
    """A theme's switch: a suggestion that is sure enough goes to the agency without a person. Off where there is none.

    `since` is when it was switched on the last time, `stopped_at` when it was wrong too often and went off by itself.
    """

    FOLLOWS_THEME = True

    theme = models.OneToOneField(Theme, on_delete=models.CASCADE, related_name="automatic")
    on = models.BooleanField(default=False)
    theme_percent = models.PositiveSmallIntegerField()
    agency_percent = models.PositiveSmallIntegerField()
    since = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.theme_id}: {self.on}"


class Assignment(models.Model):
    """Who had a card from when till when. Rows are added and ended, never overwritten.

    `rule` had named an agency for the card when it was new, and `heeded` says what became of that. `automatic` is the
    switch by which the machine assigned it alone. `overruled_at`: the agency gave it back, or a person took it from
    the agency, or changed the theme that the machine alone had set.
    """

    class Heeded(models.TextChoices):
        TAKEN = "taken"
        OVERRULED = "overruled"
        OTHER_MATTER = "other"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assignments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    returned = models.BooleanField(default=False)
    suggested = models.BooleanField(default=False)
    rule = models.ForeignKey(Rule, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    heeded = models.CharField(max_length=9, choices=Heeded, blank=True, default="")
    automatic = models.ForeignKey(Automatic, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    overruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["incident", "-at"], name="assignment_latest"),
            models.Index(fields=["rule", "at"], condition=models.Q(rule__isnull=False), name="assignment_rule"),
            models.Index(
                fields=["automatic", "-at"], condition=models.Q(automatic__isnull=False), name="assignment_automatic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.agency_id}"


class Norm(models.Model):
    """How long a clock runs; norms.py says which of them wins. What is empty, the norm asks of no card.

    `priority` is the least urgency it is for. It holds for clocks that start from `since` and before `until`.
    """

    FOLLOWS_THEME = True

    class Clock(models.TextChoices):
        FIRST_ANSWER = "first_answer", _("первый ответ")
        FINAL_ANSWER = "final_answer", _("итоговый ответ")
        SECOND_ANSWER = "second_answer", _("повторный ответ")
        AGENCY = "agency", _("ответ ведомства")
        PROMISE = "promise", _("обещание")
        CLARIFICATION = "clarification", _("уточнение жителя")
        EXTERNAL = "external", _("ответ извне")

    clock = models.CharField(max_length=16, choices=Clock)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, null=True, blank=True, related_name="norms")
    group = models.ForeignKey(ThemeGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="norms")
    fast_track = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=0)
    network = models.CharField(max_length=16, blank=True, default="")
    place = models.ForeignKey(Place, on_delete=models.CASCADE, null=True, blank=True, related_name="norms")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveIntegerField()
    working = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.clock}: {self.minutes} min"


class Deadline(Due):
    """One clock on one card. Its step is routing.watch; `due_at` is the next moment to look at it.

    `starts_at` never moves. `limit_at` is when it runs out; `met_at` when what it waits for happened. `runs_until` is
    the limit while the clock runs, and else nothing: a column of its own, so that the database knows how few run.
    A clock that stands still until somebody answers is set aside as a cancelled one is, and `left` says how many
    minutes of its own kind of time it goes on with; only the agency's clock ever does.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="deadlines")
    clock = models.CharField(max_length=16, choices=Norm.Clock)
    starts_at = models.DateTimeField()
    limit_at = models.DateTimeField()
    working = models.BooleanField(default=True)
    words = models.CharField(max_length=250, blank=True, default="")
    warned_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    left = models.PositiveIntegerField(null=True, blank=True)
    runs_until = models.GeneratedField(
        expression=models.Case(models.When(met_at__isnull=True, cancelled_at__isnull=True, then="limit_at")),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    class Meta(Due.Meta):
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["incident", "clock"], name="deadline_clock"),
            models.Index(
                fields=["runs_until", "clock", "incident"],
                condition=models.Q(runs_until__isnull=False),
                name="deadline_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} of {self.incident_id}"


class Extension(models.Model):
    """«Продлить срок»: an agency asks for a later day for its final answer; an operator decides. `until` is a day."""

    class State(models.TextChoices):
        ASKED = "asked", _("ждёт решения")
        GRANTED = "granted", _("продлено")
        REFUSED = "refused", _("отказано")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="extensions")
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    until = models.DateField()
    reason = models.TextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=models.Q(state="asked"), name="extension_one_asked")
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} until {self.until}"


class Inquiry(models.Model):
    """A question to somebody outside who has no account: he answers once, by a link that ends. Or to another `agency`
    of the region about its part of the matter: it has no key, and its people answer once on a page of the desk.

    Of the link's key only a digest is kept. `text` is what he sees of the citizen's words, hidden as hiding.py does,
    and `pictures` are the ids of the Media that he sees. `until` is when the link ends; `deadline` is the same moment
    as a clock of the card. `reply` and its photos are material for the answer and are never published by themselves;
    `done_on` is the day by which he says it will be done. `refused` is the reason's code where the agency said «не
    наше» in place of a reply, and `replied_by` who said either.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="inquiries")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True, default="")
    words = models.TextField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, default="")
    pictures = models.JSONField(default=list, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    deadline = models.OneToOneField(Deadline, on_delete=models.SET_NULL, null=True, blank=True, related_name="inquiry")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reply = models.TextField(blank=True, default="")
    refused = models.CharField(max_length=40, blank=True, default="")
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "inquiries"
        indexes = [
            models.Index(fields=["incident", "-id"], name="inquiry_latest"),
            models.Index(fields=["agency", "until"], condition=models.Q(agency__isnull=False), name="inquiry_agency"),
        ]

    def __str__(self) -> str:
        return f"inquiry {self.pk} about {self.incident_id}"


class InquiryPhoto(models.Model):
    """A picture that came with the reply, stored without EXIF and GPS. `position` counts from 0."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="outside/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"photo {self.position} of inquiry {self.inquiry_id}"


class NoiseCheck(models.Model):
    """One card of the daily sample of what the machine called noise. `day` is the local day on which it was written.

    `lost` is None until a person has looked: True says that it was a complaint.
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="noise_check")
    day = models.DateField(db_index=True)
    drawn_at = models.DateTimeField()
    lost = models.BooleanField(null=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.incident_id} of {self.day}"
