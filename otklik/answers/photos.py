"""The photos that hang on a draft: each once, as many as its network takes, washed already."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from otklik.answers.copies import drop_file
from otklik.answers.models import Answer, AnswerPhoto
from otklik.networks.registry import NETWORKS


def not_on(answer: Answer, pictures: Iterable[bytes]) -> dict[str, bytes]:
    """Those of the washed pictures that the answer does not have yet, each once, by its digest: whoever presses twice,
    in two windows, or again because he heard no answer has one of each. Inside `hold`."""
    by_digest = {_digest(content): content for content in pictures}
    there = {_digest_of(photo) for photo in answer.photos.all()} if by_digest else set()
    return {digest: content for digest, content in by_digest.items() if digest not in there}


def like(answer: Answer, content: bytes) -> AnswerPhoto:
    """The picture of this content that the answer has."""
    return next(photo for photo in answer.photos.all() if _digest_of(photo) == _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(photo: AnswerPhoto) -> str:
    """Read from the file where nobody has noted it: a draft of before may have a picture twice. "" without a file."""
    if photo.digest:
        return photo.digest
    try:
        with photo.file.open("rb") as file:
            return _digest(file.read())
    except FileNotFoundError:
        return ""


def attach(answer: Answer, pictures: Mapping[str, bytes], stage: str = "") -> None:
    """Hang pictures of `not_on` on the answer, after those that are there. Inside `hold`."""
    for number, (digest, content) in enumerate(pictures.items(), start=answer.photos.count()):
        file = ContentFile(content, name=f"{secrets.token_hex(12)}.jpg")
        AnswerPhoto.objects.create(answer=answer, file=file, position=number, stage=stage, digest=digest)


def take_away(answer: Answer, pk: int) -> bool:
    """Whether the answer had this picture; its file goes when that is committed. Inside `hold`."""
    photo = answer.photos.filter(pk=pk).first()
    if photo is None:
        return False
    photo.delete()
    transaction.on_commit(partial(drop_file, photo.file))
    return True


def room_on(answer: Answer) -> int:
    """How many more pictures the network takes with this answer."""
    network = NETWORKS.get(answer.reply_to.network)
    most = network.limits.photos_in(answer.direct) if network else 0
    return max(most - answer.photos.count(), 0)
