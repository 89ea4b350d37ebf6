"""Messages and what they stand in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.lib.due import Due
from otklik.networks.models import Account, RawEvent, Source


class Author(Due):
    """Who wrote. Personal data: kept only as long as needed to answer, then `forgotten_at`.

    Its step is inbox.ask_names: a payload often holds the id alone; `heard_by` lends the token to ask with.
    """

    network = models.CharField(max_length=16)
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=250, blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    is_community = models.BooleanField(default=False)
    ours = models.BooleanField(default=False)
    heard_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="author_once")]

    def __str__(self) -> str:
        return self.name or self.external_id


class Thread(models.Model):
    """A post with its comments, or a dialogue. `external_id` is the network's address of the post or dialogue.

    When its comments were read in whole, at `read_at`, the network counted `uncounted` more of them than we then held:
    texts from before we read there, and what it hides.
    """

    network = models.CharField(max_length=16)
    external_id = models.CharField(max_length=250)
    community = models.CharField(max_length=120, blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, related_name="threads")
    read_at = models.DateTimeField(null=True, blank=True)
    uncounted = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="thread_once")]

    def __str__(self) -> str:
        return self.external_id


class Message(Due):
    """One post, comment or direct message. Unique by (network, external_id). Its step is triage.judge.

    `text` is as written (edits are in Edition), cleaned of what no database keeps. `folded` is for search.
    `posted_at` is the network's time, `captured_at` ours: the citizen's clock starts at the earlier of the two.
    `closed` says why it cannot be answered through the API. `revision` counts changes, so that whoever judged an older
    text notices. `forgotten_at`: we were asked to forget who wrote it, and neither his words nor the address of his
    text are kept; to the rest of the product it is as if he had deleted it.
    """

    class Place(models.TextChoices):
        POST = "post", _("пост")
        COMMENT = "comment", _("комментарий")
        DIRECT = "direct", _("личное сообщение")

    network = models.CharField(max_length=16)
    external_id = models.CharField(max_length=250)
    place = models.CharField(max_length=16, choices=Place)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    parent_external_id = models.CharField(max_length=250, blank=True, default="")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="messages")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, related_name="messages")
    raw = models.ForeignKey(RawEvent, on_delete=models.SET_NULL, null=True, related_name="+")
    own = models.BooleanField(default=False)
    text = models.TextField(blank=True, default="")
    folded = models.TextField(blank=True, default="")
    text_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    url = models.CharField(max_length=500, blank=True, default="")
    closed = models.CharField(max_length=200, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    engagement = models.PositiveIntegerField(default=0)
    posted_at = models.DateTimeField()
    captured_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="message_once")]
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["thread", "posted_at"], name="message_thread"),
            models.Index(fields=["author", "posted_at"], name="message_author"),
            models.Index(fields=["network", "parent_external_id"], name="message_parent"),
        ]

    def __str__(self) -> str:
        return self.external_id


class Edition(models.Model):
    """The text as it stood before an edit: what was answered can always be shown."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="editions")
    text = models.TextField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} until {self.until:%Y-%m-%d %H:%M}"


class Gone(models.Model):
    """An address whose deletion was heard before the message itself."""

    network = models.CharField(max_length=16)
    external_id = models.CharField(max_length=250)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "gone"
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="gone_once")]

    def __str__(self) -> str:
        return self.external_id


class Forgotten(models.Model):
    """Somebody whom we were asked to forget, and when: what he wrote before that is not taken in again.

    `mark` is the keyed hash of who it was (forgotten.py); whoever has not the key learns nothing from it.
    """

    mark = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "forgotten"

    def __str__(self) -> str:
        return self.mark[:8]


class Hint(Due):
    """A push said something of this text that must not be believed unseen. Its step is inbox.check.

    `raw` is the push that said it, `account` whose tokens ask.
    """

    network = models.CharField(max_length=16)
    external_id = models.CharField(max_length=250)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.SET_NULL, null=True, related_name="+")
    raw = models.ForeignKey(RawEvent, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Due.Meta):
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="hint_once")]

    def __str__(self) -> str:
        return self.external_id


class Media(Due):
    """What hangs on a message. Addresses have passed the address filter; "" where they did not.

    Networks' addresses of pictures expire, so a picture is copied at intake: its step is inbox.copy_picture.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="media")
    kind = models.CharField(max_length=16)
    url = models.CharField(max_length=2000, blank=True, default="")
    preview = models.CharField(max_length=2000, blank=True, default="")
    title = models.CharField(max_length=250, blank=True, default="")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="captured/%Y/%m/", blank=True, default="")

    class Meta(Due.Meta):
        verbose_name_plural = "media"

    def __str__(self) -> str:
        return f"{self.kind} of {self.message_id}"
