"""Tokens of neighbour systems: made and revoked by an administrator, known again by their digest.

A token is 256 random bits, so its digest needs no salt and no slow hash: whoever reads the table learns nothing that
opens anything. It is found by that digest, and so no comparison tells by its time how much of a guess was right.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.people.access import grants_of
from otklik.people.models import ProgramRequest, ProgramToken, User

PREFIX = "otk_"
SHOWN = len(PREFIX) + 6
LONGEST = timedelta(days=366)
KEPT = timedelta(hours=24)
"""How long an answered request is known again."""
_NOTED = timedelta(hours=1)


class ProgramScope(models.TextChoices):
    CARDS_READ = "cards:read", _("Читать карточки")
    CARDS_WRITE = "cards:write", _("Назначать, возвращать и закрывать карточки, оставлять заметки")
    MESSAGES_READ = "messages:read", _("Читать сообщения жителей и кто их написал")
    MESSAGES_WRITE = "messages:write", _("Вносить сообщения")
    ANSWERS_READ = "answers:read", _("Читать ответы")
    ANSWERS_WRITE = "answers:write", _("Готовить ответы и отправлять на согласование")
    ANSWERS_APPROVE = "answers:approve", _("Согласовывать ответы и возвращать с замечанием")


@dataclass(frozen=True, slots=True)
class ProgramInput:
    """What the form says. `until` is a local day, included."""

    owner: User
    name: str
    scopes: Collection[str]
    until: date


def make(program_input: ProgramInput, by: User, at: datetime) -> tuple[ProgramToken, str]:
    """The token and its secret, which is kept nowhere. Raises Refused: "blocked", "past", "far", "scopes"."""
    today = timezone.localdate(at)
    scopes = [scope.value for scope in ProgramScope if scope in program_input.scopes]
    if not scopes:
        raise Refused("scopes")
    if program_input.until < today:
        raise Refused("past")
    if program_input.until > today + LONGEST:
        raise Refused("far")
    secret = PREFIX + secrets.token_urlsafe(32)
    with book.turn():
        if not User.objects.filter(pk=program_input.owner.pk, is_active=True).exists():
            raise Refused("blocked")
        token = ProgramToken.objects.create(
            owner=program_input.owner,
            name=program_input.name,
            scopes=scopes,
            shown=secret[:SHOWN],
            digest=_digest(secret),
            until=program_input.until,
            made_by=by,
            made_at=at,
        )
        _write("program.make", token, by, at, {"scopes": scopes, "until": program_input.until.isoformat()})
    return token, secret


def revoke(token: ProgramToken, by: User, at: datetime) -> None:
    """It opens nothing from now on. Raises Refused("late") when it was revoked already."""
    with book.turn():
        if not ProgramToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at, revoked_by=by):
            raise Refused("late")
        _write("program.revoke", token, by, at, {})


def known(secret: str, at: datetime) -> ProgramToken | None:
    """The token that this secret opens, with its owner; None for one that is unknown, revoked or over, and for the
    token of somebody who is blocked. One query, and one more an hour that notes its use."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    alive = ProgramToken.objects.filter(revoked_at=None, owner__is_active=True, until__gte=timezone.localdate(at))
    token = alive.select_related("owner").filter(digest=_digest(secret)).first()
    if token is not None and (token.used_at is None or token.used_at <= at - _NOTED):
        ProgramToken.objects.filter(pk=token.pk).update(used_at=at)
    return token


def owner_of(token: ProgramToken) -> User:
    """In whose name it asks, with his own grants alone: what was lent to him was lent to a person."""
    owner = token.owner
    owner._grants = [grant for grant in grants_of(owner) if grant.user_id == owner.pk]  # type: ignore[attr-defined]
    return owner


def forget_requests(now: datetime) -> None:
    """Nobody asks again after so long."""
    ProgramRequest.objects.filter(at__lte=now - KEPT).delete()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _write(verb: str, token: ProgramToken, by: User, at: datetime, data: dict[str, object]) -> None:
    entry_data = {"owner": token.owner_id, **data}
    book.write(
        at=at, actor=f"user:{by.pk}", verb=verb, subject=f"program:{token.pk}", data=entry_data, words=token.name
    )
