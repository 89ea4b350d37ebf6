"""Verbs of an answer: written, sent for approval, agreed to, sent back, taken back."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field, StringConstraints

from otklik.answers import checking, drafts, review, sending, steps
from otklik.answers.copies import match_photos
from otklik.answers.drafts import WRITTEN
from otklik.answers.exposing import doubtful, stamp
from otklik.answers.models import Answer
from otklik.answers.moments import Later
from otklik.answers.templates import left_open
from otklik.answers.voices import ENDING, addressees, voices
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome
from otklik.incidents.workflow import MOVES
from otklik.publishing import fate
from otklik.work.cards import Plain
from otklik.work.kinds import Clean, GivenId, OneOf, OutcomeCode, Version, Words
from otklik.work.models import Notice
from otklik.work.notices import tell
from otklik.work.undo import ALONE, APPROVAL
from otklik.work.verb import Input, Press, Refused, Verb

MOST_TEXT = 20_000
MOST_GROUND = 500
MOST_NAMED = 5
Text = Annotated[str, StringConstraints(max_length=MOST_TEXT), Clean]


class Draft(Input):
    """The whole draft; what is left out is emptied. `version` is that of the answer, 0 for a new one."""

    version: Version = Field(description=gettext_noop("Версия черновика, который вы меняете; 0, если его ещё нет."))
    text: Text
    kind: Annotated[str, OneOf([one.value for one in WRITTEN])] = Answer.Kind.FINAL.value
    message: GivenId | None = Field(
        default=None, description=gettext_noop("На какое из сообщений карточки; без него на главное.")
    )
    outcome: OutcomeCode | None = None
    promised_on: date | None = Field(default=None, description=gettext_noop("Что обещает промежуточный ответ."))
    ground: Annotated[str, OneOf(Answer.Ground.values)] | None = Field(
        default=None, description=gettext_noop("На чём основан итог.")
    )
    ground_words: Annotated[str, StringConstraints(max_length=MOST_GROUND), Clean] = ""
    ground_on: date | None = None


class Submission(Input):
    """`exposing` is the stamp of the refusal before: what everybody will see are an agency's data. `held` is why a
    trusted writer's answer does not go out at once, `seen` the revision of the comment on his page."""

    exposing: str = ""
    held: str = ""
    seen: int | None = None


class Consent(Input):
    """To the answer of this version, beside the comment of that one (None where the page did not show it). `despite` is
    why it is let out though the check of words has stopped it."""

    version: Version
    message_version: Version | None = None
    despite: Words = ""


class Approval(Consent):
    later: Later | None = None


class Correction(Consent):
    """The approver's own words."""

    text: Text


class Return(Input):
    """A remark on the whole, and pairs of words of the answer and what is to be done about them."""

    remark: Annotated[str, Clean] = ""
    about: list[tuple[str, str]] = []


class Disagreement(Input):
    """With a finding of the check of words, as it was shown."""

    rule: str = ""
    piece: str = ""


def message_to_answer(card: Incident, pk: int | None) -> Message | None:
    """The message chosen among the card's own, or its main one; None for a card without a message."""
    if pk:
        theirs = Message.objects.filter(links__incident=card, own=False).select_related("author")
        if (message := theirs.filter(pk=pk).first()) is not None:
            return message
    try:
        return main_message(card)
    except Message.DoesNotExist:
        return None


def second_look(answer: Answer, exposing: str) -> tuple[str, str]:
    """Why its writer has to look at the text once more before it is sent on, "" for no reason; and the stamp by which
    he says that what everybody will see of it are an agency's data. `exposing` is the stamp that he has given."""
    if blanks := left_open(answer.text):
        return _("Заполните: %s") % ", ".join(blanks[:MOST_NAMED]), ""
    exposed = doubtful(answer.text) if _seen_by_all(answer) else []
    if exposed and exposing != stamp(exposed):
        words = _("Это увидят все: %s. Если это данные ведомства, отметьте это. Данные людей уберите.")
        return words % ", ".join(exposed[:MOST_NAMED]), stamp(exposed)
    return "", ""


def _seen_by_all(answer: Answer) -> bool:
    """Whether this answer, or a copy of it for another author, will be public. Asks for the others only if need be."""
    return not answer.direct or any(one.place != Message.Place.DIRECT for one in addressees(answer))


def _write(press: Press[Incident], data: Draft) -> Answer:
    """Begin the card's answer, or change the draft that is there. A person's page may be older than its message: his
    words then stand under the main one, and he sees so before they go out; a program is refused."""
    under = message_to_answer(press.card, data.message)
    if under is None or (press.program and data.message not in (None, under.pk)):
        raise Refused(422, _("Такого сообщения на карточке нет."))
    return drafts.write(press.card, under, _words(data, under), press.by, press.at, data.version)


def _words(data: Draft, under: Message) -> drafts.Words:
    """What does not belong to the kind of answer is not kept; what came in a dialogue can only be answered there."""
    outcome = (data.outcome or "") if data.kind in (Answer.Kind.FINAL, Answer.Kind.FIRST) else ""
    grounded = outcome in (Outcome.SOLVED, Outcome.EXPLAINED)
    return drafts.Words(
        text=data.text,
        kind=data.kind,
        outcome=outcome,
        promised_on=data.promised_on if data.kind == Answer.Kind.INTERIM else None,
        direct=under.place == Message.Place.DIRECT,
        ground=(data.ground or "") if grounded else "",
        ground_words=" ".join(data.ground_words.split()) if grounded else "",
        ground_on=data.ground_on if grounded else None,
    )


def _save_again(press: Press[Answer], _data: Plain) -> Answer:
    """The draft as it stands under a new version, which tells open pages to draw it anew."""
    answer = press.thing
    return drafts.write(press.card, answer.reply_to, drafts.words_of(answer), press.by, press.at, answer.version)


def _submit(press: Press[Answer], data: Submission) -> Incident:
    _must_be_sure(press, data)
    return drafts.submit(press.thing, press.by, press.at, data.held)


def _send_alone(press: Press[Answer], data: Submission) -> Incident:
    """Out at once, where a policy trusts its writer."""
    _must_be_sure(press, data)
    return sending.send_alone(press.thing, press.by, press.at, data.seen)


def _must_be_sure(press: Press[Answer], data: Submission) -> None:
    words, exposing = second_look(press.thing, data.exposing)
    if words:
        raise Refused(422, words, **({"exposing": exposing} if exposing else {}))


def _write_again(press: Press[Incident], _data: Plain) -> Answer:
    """A draft of the answer that was given, for those who have come since."""
    ended = Answer.objects.filter(incident=press.card, state=Answer.State.APPROVED, kind__in=ENDING)
    last = ended.filter(copy_of__isnull=True).order_by("-pk").first()
    waiting = next((voice.latest for voice in voices(press.card) if voice.owed), None)
    if last is None or waiting is None:
        raise Refused(409, _("Ответа никто не ждёт: обновите страницу."))
    if drafts.open_draft(press.card) is not None:
        raise Refused(409, _("Уже есть черновик ответа: отправьте на согласование его."))
    words = replace(drafts.words_of(last), promised_on=None, direct=waiting.place == Message.Place.DIRECT)
    draft = drafts.write(press.card, waiting, words, press.by, press.at)
    match_photos(draft, last)
    return draft


def _submit_again(press: Press[Answer], _data: Plain) -> Incident:
    """Everybody could see these words already."""
    return drafts.submit(press.thing, press.by, press.at)


def _write_and_submit(press: Press[Incident], data: Draft) -> Answer:
    """From a template, which has been read already."""
    draft = _write(press, data)
    drafts.submit(draft, press.by, press.at)
    return draft


def _withdraw(press: Press[Answer], _data: Plain) -> Incident:
    return drafts.withdraw(press.thing, press.by, press.at)


def _approve(press: Press[Answer], data: Approval) -> Incident:
    _must_be_anothers(press)
    return drafts.approve(
        press.thing, press.by, press.at, data.version, data.message_version, data.despite.strip(), data.later
    )


def _agree(press: Press[Answer], data: Consent) -> Incident:
    """The first of two."""
    _must_be_anothers(press)
    return sending.agree(press.thing, press.by, press.at, data.version, data.message_version, data.despite.strip())


def _correct(press: Press[Answer], data: Correction) -> Incident:
    """Where a policy asks for approval the approver's words wait for another one."""
    _must_be_anothers(press)
    return review.correct(press.thing, data.text.strip(), press.by, press.at, data.version)


def _correct_and_approve(press: Press[Answer], data: Correction) -> Incident:
    """Both stand as the authors of what goes out."""
    _must_be_anothers(press)
    seen, despite = data.message_version, data.despite.strip()
    return review.correct_and_approve(press.thing, data.text.strip(), press.by, press.at, data.version, seen, despite)


def _must_be_anothers(press: Press[Answer]) -> None:
    """Nobody agrees to what he wrote himself. Administrators may where no policy asks for approval, with their own eyes
    on the page; no program may."""
    own = steps.wrote if press.program else steps.own
    if own(press.thing, press.by):
        raise Refused(403, _("Свой ответ согласовать нельзя: попросите другого."))


def _return(press: Press[Answer], data: Return) -> Incident:
    """To whoever wrote it and whoever has the card, who are told. About words that do not stand in the answer it is
    said without a quotation."""
    answer, remark = press.thing, data.remark.strip()
    about = [review.About(quote if quote in answer.text else "", words) for quote, words in data.about if words]
    if not remark and not about:
        raise Refused(422, _("Напишите замечание: что исправить."))
    card = review.send_back(answer, press.by, press.at, remark, about)
    theirs = {one for one in (answer.author, press.card.executor) if one}
    tell(theirs, Notice.Kind.RETURNED, by=press.by, at=press.at, incident=press.card)
    return card


def _recall(press: Press[Answer], _data: Plain) -> Incident:
    """Undo the approval while the answer has not left."""
    _must_be_approved(press.thing)
    return fate.recall(press.thing, press.by, press.at)


def _take_back(press: Press[Answer], _data: Plain) -> Incident:
    """What its writer let out himself, while it has not left."""
    _must_be_approved(press.thing)
    return fate.take_back(press.thing, press.by, press.at)


def _must_be_approved(answer: Answer) -> None:
    if answer.state != Answer.State.APPROVED:
        raise drafts.Stale(answer)


def _say_now(press: Press[Answer], _data: Plain) -> Incident:
    """The moment for which the answer was let out does not count any more: it goes out at once."""
    return fate.say_now(press.thing, press.by, press.at)


def _disagree(press: Press[Answer], data: Disagreement) -> None:
    """The text must have such a finding, and it must not be a stop."""
    if not checking.dismiss(press.thing, data.rule, data.piece, press.by, press.at):
        raise Refused(404, "")


def approving(answer: Answer) -> Verb[Answer, Any]:
    """«Согласовать»: the last consent lets the answer out, the first of two does not."""
    return APPROVE if steps.is_last(answer) else AGREE


def correcting(answer: Answer) -> Verb[Answer, Correction]:
    return CORRECT_AND_APPROVE if answer.policy_id is None else CORRECT


_WRITERS, _APPROVERS = MOVES["submit"].permissions, MOVES["approve"].permissions
WRITE = Verb(name="draft", permissions=_WRITERS, schema=Draft, do=_write, undo=False)
SAVE_AGAIN = Verb(name="draft", permissions=_WRITERS, schema=Plain, do=_save_again, undo=False)
SUBMIT = Verb(name="submit", permissions=_WRITERS, schema=Submission, do=_submit)
SEND_ALONE = Verb(name=ALONE, permissions=_WRITERS, schema=Submission, do=_send_alone)
WRITE_AGAIN = Verb(name="draft", permissions=_WRITERS, schema=Plain, do=_write_again, undo=False)
SUBMIT_AGAIN = Verb(name="submit", permissions=_WRITERS, schema=Plain, do=_submit_again)
WRITE_AND_SUBMIT = Verb(name="answer", permissions=_WRITERS, schema=Draft, do=_write_and_submit)
WITHDRAW = Verb(name="withdraw", permissions=MOVES["withdraw"].permissions, schema=Plain, do=_withdraw)
APPROVE = Verb(name=APPROVAL, permissions=_APPROVERS, schema=Approval, do=_approve)
AGREE = Verb(name="agree", permissions=_APPROVERS, schema=Consent, do=_agree)
CORRECT = Verb(name="correct", permissions=_APPROVERS, schema=Correction, do=_correct, undo=False)
CORRECT_AND_APPROVE = Verb(name=APPROVAL, permissions=_APPROVERS, schema=Correction, do=_correct_and_approve)
RETURN = Verb(name="send_back", permissions=MOVES["send_back"].permissions, schema=Return, do=_return)
RECALL = Verb(name="recall", permissions=MOVES["recall"].permissions, schema=Plain, do=_recall, undo=False)
TAKE_BACK = Verb(name="take_back", permissions=MOVES["take_back"].permissions, schema=Plain, do=_take_back, undo=False)
SAY_NOW = Verb(name="say_now", permissions=MOVES["recall"].permissions, schema=Plain, do=_say_now, undo=False)
DISAGREE = Verb(name="flaw_dismissal", permissions=_WRITERS, schema=Disagreement, do=_disagree, undo=False)
