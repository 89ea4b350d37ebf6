"""Answers and templates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.answers.policies import Steps
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, Outcome, Problem
from otklik.lib.due import Due
from otklik.lib.sentence_field import SentenceField, ShortSentenceField
from otklik.people.models import Agency, User
from otklik.themes.models import Theme, ThemeGroup


class ApprovalPolicy(models.Model):
    """How many people agree to an answer, by theme or group × agency × whose words they are; policies.py orders them.

    Nobody at all (`steps` 0) is for one person and chosen themes. `since` and `until` are local days, both included;
    `owner` answers for it. Answers that were sent under it go on naming it.
    """

    FOLLOWS_THEME = True

    class Way(models.IntegerChoices):
        ALONE = Steps.NONE.value, _("без согласования")
        ONE = Steps.ONE.value, _("один согласующий")
        TWO = Steps.TWO.value, _("двое по очереди")

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey(ThemeGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    steps = models.PositiveSmallIntegerField(choices=Way, default=Way.ONE)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        verbose_name_plural = "approval policies"

    def __str__(self) -> str:
        return f"{self.theme or self.group or '*'} × {self.agency or '*'} × {self.person or '*'}: {self.steps}"


class Answer(Due):
    """Something to say to the author. Its step is publishing.prepare.

    `version` guards against a late save; the approved text is kept as it was approved. `words_version` is the one in
    which its words were last changed: whoever has read that one or a later one overwrites nothing. `outcome` is what
    the card ends with if this answer closes it; `promised_on` is the date an interim answer promises. `corrected_by`
    is the approver who changed the words before he let them out. `ground` with its words and day is what an ending
    rests on (grounds.py). A card may gather messages of many authors: each gets a copy
    of the approved answer under his own words (`copy_of`).

    `asked` is what the approval was given for: the comment as the approver saw it (inbox.standing), its hash, and the
    version of the text. None: nobody has read the comment beside this text, as for a question whether it helped.

    `steps` is how many people agree to it, as the `policy` said when it was sent; without one the usual way held. 0:
    its writer let it out himself, and it needs one once it has come back to an approver.

    `publish_at` is when an approved one goes out, None for at once.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Уточняющий вопрос")
        FIRST = "first", _("Первый ответ")
        INTERIM = "interim", _("Промежуточный ответ")
        FINAL = "final", _("Итоговый ответ")
        SURVEY = "survey", _("Ссылка на опрос")
        ASK = "ask", _("Вопрос под ответом")

    class Ground(models.TextChoices):
        PHOTO = "photo", _("снимок")
        LINK = "link", _("ссылка")
        ACT = "act", _("акт")
        AUTHOR = "author", _("слова жителя")
        PHONE = "phone", _("проверили по телефону")
        NO_MONEY = "no_money", _("нет денег")
        NOT_OURS = "not_ours", _("не полномочия властей")
        PLANNED = "planned", _("запланировано")
        PRIVATE = "private", _("частная собственность")
        LAW = "law", _("не разрешает закон")
        NOT_FOUND = "not_found", _("на месте не подтвердилось")

    class State(models.TextChoices):
        DRAFT = "draft", _("Черновик")
        APPROVAL = "approval", _("На согласовании")
        RETURNED = "returned", _("Возвращён с замечанием")
        APPROVED = "approved", _("Согласован")
        WITHDRAWN = "withdrawn", _("Отозван")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="answers")
    reply_to = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.FINAL)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    text = models.TextField(blank=True, default="")
    direct = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    promised_on = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=16, choices=Ground, blank=True, default="")
    ground_words = models.CharField(max_length=500, blank=True, default="")
    ground_on = models.DateField(null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    corrected_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Nearly all are nobody's copy: an index of these would be taken for a good one by SQLite.
    copy_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies", db_index=False
    )
    remark = SentenceField(blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    words_version = models.PositiveIntegerField(default=1)
    asked = models.JSONField(null=True, blank=True, default=None)
    steps = models.PositiveSmallIntegerField(default=Steps.ONE.value)
    publish_at = models.DateTimeField(null=True, blank=True)
    policy = models.ForeignKey(ApprovalPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="answers")

    class Meta(Due.Meta):
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["incident", "-id"], name="answer_latest"),
            models.Index(fields=["changed_at"], name="answer_changed"),
            models.Index(fields=["copy_of"], name="answer_copy", condition=models.Q(copy_of__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.incident_id}"

    @property
    def last_remarks(self) -> list["Remark"]:
        """What the approver wanted when he sent the answer back; [] when it came back for another reason. One query."""
        remarks = list(self.remarks.all())
        last = [one for one in remarks if one.version == remarks[-1].version]
        return last if "\n".join(one.line for one in last) == self.remark else []


ASKING = (Answer.Kind.SURVEY, Answer.Kind.ASK)
"""They ask whether it helped: by the author's own link in his dialogue, or in public under our answer. Made by feedback
out of a template that a person has made, and no word on the matter itself."""


class AnswerText(models.Model):
    """An answer as it stood when it was sent for approval: the approver sees what has changed since the last he read.

    `read_at` is when an approver first decided on it. Without it nobody may have read the text: it was taken back.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="texts")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["answer", "version"], name="answer_text_once")]

    def __str__(self) -> str:
        return f"{self.answer_id} as of version {self.version}"


class ApprovalStep(models.Model):
    """Somebody's consent to an answer that needs another's too. One row for each of them, his latest.

    It counts for this `version` beside this `revision` of the comment, and only while the answer has not been sent for
    approval anew (steps.py). `mark` is the comment's hash, as in the journal.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="agreed")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    mark = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["answer", "by"], name="approval_step_once")]

    def __str__(self) -> str:
        return f"{self.by_id} agrees to {self.answer_id}"


class Remark(models.Model):
    """What an approver wants changed, about the words `quote` of the answer's version; "" is about the whole."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="remarks")
    version = models.PositiveIntegerField()
    quote = models.TextField(blank=True, default="")
    words = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"remark on {self.answer_id}"

    @property
    def line(self) -> str:
        """The remark as one line of text."""
        return f"«{self.quote}»: {self.words}" if self.quote else self.words


class Flaw(models.Model):
    """What the check of words (answers/style) found in an answer as it was sent for approval; one row a rule and piece.

    `version` is the last one it was found in: one that is not the answer's own has been mended. `words` are Russian.
    `dismissed_by` did not agree with it. `reason` is why an approver let the answer out in spite of a stop.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="flaws")
    rule = models.CharField(max_length=32)
    level = models.CharField(max_length=8)
    words = SentenceField()
    piece = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["answer", "rule", "piece"], name="flaw_once")]
        indexes = [models.Index(fields=["found_at"], name="flaw_found")]

    def __str__(self) -> str:
        return f"{self.rule} in {self.answer_id}"


class AnswerPhoto(models.Model):
    """A picture of an answer, stored without EXIF and GPS. `position` counts from 0.

    `digest` is the SHA-256 of the file in hex, so that an answer has a picture once; "" where nobody has noted it.
    """

    class Stage(models.TextChoices):
        NONE = "", _("не указано")
        BEFORE = "before", _("до")
        AFTER = "after", _("после")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="answers/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=8, choices=Stage, blank=True, default=Stage.NONE)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "digest"], condition=~models.Q(digest=""), name="answer_photo_once"
            )
        ]

    def __str__(self) -> str:
        return f"photo {self.position} of {self.answer_id}"


class ActFile(models.Model):
    """The act that an ending rests on, as a file: a PDF as it came, or a picture without EXIF (acts.py). It is never
    published, and copies have none. `name` is what it was called, made safe; `size` is in bytes."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        PICTURE = "picture", _("снимок")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="acts")
    file = models.FileField(upload_to="acts/%Y/%m/")
    name = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"act of {self.answer_id}"


class Statement(Due):
    """One text for many cards of a problem: each that is owed an answer gets one of its own. Its step is
    answers.spread, which does a piece of them at a time.

    `text` has holes as a template has; the rest is as on an Answer. `cards` say who gets it, and what became of it.
    `despite` is why its approver lets it out where the check of words has stopped it.
    """

    class State(models.TextChoices):
        SPREADING = "spreading", _("Готовятся ответы")
        APPROVAL = "approval", _("На согласовании")
        LETTING = "letting", _("Согласован, ответы отпускаются")
        OUT = "out", _("Ответы отпущены")
        BACK = "back", _("Ответы забираются")
        RETURNED = "returned", _("Возвращён с замечанием")
        WITHDRAWN = "withdrawn", _("Отозван")

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=16, choices=Answer.Kind)
    state = models.CharField(max_length=16, choices=State, default=State.SPREADING)
    text = models.TextField()
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    promised_on = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=16, choices=Answer.Ground, blank=True, default="")
    ground_words = models.CharField(max_length=500, blank=True, default="")
    ground_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    despite = models.TextField(blank=True, default="")
    remark = models.TextField(blank=True, default="")

    class Meta(Due.Meta):
        indexes = [*Due.Meta.indexes, models.Index(fields=["state"], name="statement_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"],
                condition=models.Q(state__in=("spreading", "approval", "letting", "back")),
                name="statement_one_at_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of problem {self.problem_id}"


class StatementCard(models.Model):
    """A card that is to get a statement. `pending`: the step has still to do with it what the statement is at.

    `version` and `seen` are the text and the revision of the comment that the approver had before him. `left` is why it
    stays with a person, in Russian; "" where nothing is against it.
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="cards")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="statement_cards")
    answer = models.OneToOneField(
        Answer, on_delete=models.SET_NULL, null=True, blank=True, related_name="statement_card"
    )
    pending = models.BooleanField(default=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    seen = models.PositiveIntegerField(null=True, blank=True)
    left = ShortSentenceField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "incident"], name="statement_card_once")]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.incident_id}"


class Template(models.Model):
    """A text to start from, by kind of answer and by theme or group of themes; for one agency or for all."""

    FOLLOWS_THEME = True

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Answer.Kind, default=Answer.Kind.FINAL)
    theme = models.ForeignKey(Theme, on_delete=models.SET_NULL, null=True, blank=True, related_name="templates")
    group = models.ForeignKey(ThemeGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="templates")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="templates")
    text = models.TextField()

    def __str__(self) -> str:
        return self.title
