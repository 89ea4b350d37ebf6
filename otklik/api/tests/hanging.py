"""What hangs on an answer and on a message, for tests."""

from typing import NamedTuple

from django.core.files.base import ContentFile

from otklik.answers.models import ActFile, Answer, AnswerPhoto
from otklik.inbox.models import Media
from otklik.lib.tests.test_pictures import picture

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


class Hanging(NamedTuple):
    """The ids."""

    photo: int
    act: int
    picture: int


def hung_on(answer: Answer) -> Hanging:
    """A photo and an act on the answer, and a picture on the message that it replies to."""
    photo = AnswerPhoto.objects.create(answer=answer, file=ContentFile(picture("JPEG"), "p.jpg"))
    fields = {"kind": "pdf", "name": "акт.pdf", "size": len(PDF), "by": answer.author, "at": answer.created_at}
    act = ActFile.objects.create(answer=answer, file=ContentFile(PDF, "a.pdf"), **fields)
    media = Media.objects.create(message=answer.reply_to, kind="photo", file=ContentFile(picture("JPEG"), "m.jpg"))
    return Hanging(photo.pk, act.pk, media.pk)
