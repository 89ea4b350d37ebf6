"""Every column that can hold words, JSON or a file: whose it is, why it is kept, for how long, and what becomes of it
when a person asks to be forgotten. A test compares it with the models, so that no new column is left out; the page
docs/personal-data.md is written from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from otklik.incidents.fields import Goes, columns


class How(StrEnum):
    """What is done to a column for a person who asks to be forgotten."""

    EMPTIED = "emptied"
    REPLACED = "replaced by a random one"
    MASKED = "the person is taken out, the rest stays"
    REMOVED = "the row or the file is removed"
    LOOKED_AT = "a person looks: it cannot be read by a program"
    NOTHING = ""


class Whose(StrEnum):
    CITIZEN = "a citizen"
    MENTIONED = "a citizen, where somebody mentions one"
    STAFF = "a colleague"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns of one model. `until` is a setting or words; `card` is the way from a row to its card, "" for none;
    `own` are ways to the message that it is a copy of."""

    model: str
    columns: tuple[str, ...]
    whose: Whose
    why: str
    until: str = ""
    how: How = How.NOTHING
    card: str = ""
    own: tuple[str, ...] = ()


FOR_EVER = "as long as the installation"
LIKE_CARD = "as long as the card"


def _citizen(model: str, columns: str, why: str, until: str, how: How, card: str = "") -> Kept:
    return Kept(model, tuple(columns.split()), Whose.CITIZEN, why, until, how, card)


def _mentioned(model: str, columns: str, why: str, card: str = "", until: str = LIKE_CARD) -> Kept:
    """Words of colleagues, and of networks about our calls: a citizen may be mentioned in them."""
    return Kept(model, tuple(columns.split()), Whose.MENTIONED, why, until, How.MASKED, card)


def _others(model: str, columns: str, card: str, own: str = "") -> Kept:
    why = "another citizen's own words"
    return Kept(model, tuple(columns.split()), Whose.MENTIONED, why, LIKE_CARD, How.MASKED, card, tuple(own.split()))


def _staff(model: str, columns: str, why: str) -> Kept:
    return Kept(model, tuple(columns.split()), Whose.STAFF, why, FOR_EVER)


def _nobody(model: str, columns: str, why: str) -> Kept:
    return Kept(model, tuple(columns.split()), Whose.NOBODY, why)


RAW, AUTHORS, MEDIA = "OTKLIK_KEEP_RAW", "OTKLIK_KEEP_AUTHORS", "OTKLIK_KEEP_MEDIA"
WORDS, STREAM = "OTKLIK_KEEP_WORDS", "OTKLIK_KEEP_STREAM"
_CODES = "codes and ids"
_REFERENCE = "reference data of the region"
_HASHES = "hashes and codes of a text, no word of it"
_ANSWER = "what we say in public"
_WORK = "work on the card"

CITIZENS = (
    _citizen(
        "inbox.Author",
        "external_id name url",
        "to answer, and to know a second message of the same person",
        AUTHORS,
        How.REPLACED,
    ),
    _citizen(
        "inbox.Message",
        "text folded text_hash",
        "the matter itself; a text on no card: " + STREAM,
        LIKE_CARD,
        How.EMPTIED,
    ),
    _citizen("inbox.Message", "external_id url parent_external_id", "where to answer", LIKE_CARD, How.REPLACED),
    _citizen(
        "inbox.Thread",
        "external_id url community",
        "where to answer; of a dialogue it has the person's number",
        LIKE_CARD,
        How.REPLACED,
    ),
    _citizen("inbox.Edition", "text", "what an answer was given to", LIKE_CARD, How.REMOVED),
    _citizen("inbox.Media", "url preview title file", "what the matter looks like", MEDIA, How.REMOVED),
    _citizen("inbox.Gone", "external_id", "a deletion that was heard before its text", LIKE_CARD, How.REMOVED),
    _citizen("inbox.Hint", "external_id", "a text that is still to be asked for", "until it is asked for", How.REMOVED),
    _citizen("networks.RawEvent", "context body", "nothing is lost before it is understood", RAW, How.EMPTIED),
    _citizen("triage.Verdict", "themes why", "words of the text that a suggestion rests on", LIKE_CARD, How.EMPTIED),
    _citizen("answers.Answer", "asked", "the comment as it stood when the answer was approved", LIKE_CARD, How.EMPTIED),
    _citizen(
        "publishing.Delivery", "asked seen", "the comment as it stood when it was answered", LIKE_CARD, How.EMPTIED
    ),
    _citizen(
        "answers.ApprovalStep", "mark", "a hash of the comment beside which somebody agreed", LIKE_CARD, How.EMPTIED
    ),
    _citizen(
        "publishing.Sent",
        "external_id url",
        "where the answer stands; in a dialogue it has the person's number",
        LIKE_CARD,
        How.REPLACED,
    ),
    _citizen("publishing.Sent", "proof", "a picture that proves a publication by hand", MEDIA, How.REMOVED),
    _citizen("feedback.Rating", "reason", "what the person thinks of the answer", WORDS, How.EMPTIED),
    _citizen("feedback.Unconfirmed", "reason", "a vote by an open link", WORDS, How.EMPTIED),
    _citizen("routing.Inquiry", "text", "what an executor outside reads, without the person", WORDS, How.EMPTIED),
    _citizen(
        "moving.Imported",
        "kept digest",
        "cells of another system's export as they were spelled, without the texts and the author",
        LIKE_CARD,
        How.EMPTIED,
    ),
    _citizen("desk.Undoable", "before", "to undo a change for some minutes", "until the next change", How.REMOVED),
)
COLLEAGUES = (
    _mentioned("journal.Reason", "text", "the free reason of an entry, apart from it", "entry__incident", FOR_EVER),
    _mentioned("incidents.Note", "text", _WORK, "incident"),
    _mentioned("incidents.Problem", "title fixed_words statement", _WORK, "cards__incident"),
    _mentioned("incidents.Incident", " ".join(columns(Goes.MENTIONS)), _WORK, "pk"),
    _mentioned("incidents.Watch", "words", _WORK, "incident"),
    _mentioned("incidents.Tag", "name", _WORK, "incidents"),
    _mentioned("routing.Deadline", "words", _WORK, "incident"),
    _mentioned("routing.Extension", "reason words", _WORK, "incident"),
    _mentioned("routing.Inquiry", "name words reply", "the question to an executor, and his reply", "incident", WORDS),
    _mentioned("answers.Answer", "text ground_words remark", _ANSWER, "incident"),
    _mentioned("answers.AnswerText", "text", "an answer as it was sent for approval", "answer__incident"),
    _mentioned("answers.Remark", "quote words", "what an approver wants changed", "answer__incident"),
    _mentioned("answers.Flaw", "words piece reason", "what the check of words found", "answer__incident"),
    _mentioned("answers.ActFile", "name", "what a file was called", "answer__incident"),
    _mentioned("answers.Statement", "text ground_words despite remark", "one answer for many cards", "cards__incident"),
    _mentioned("answers.StatementCard", "left", "why a card is left to a person", "incident"),
    _mentioned("answers.Template", "title text", "texts to start from"),
    _mentioned("publishing.Delivery", "text words", _ANSWER, "answer__incident"),
    _mentioned("publishing.Attempt", "words", "what the network said to a call", "delivery__answer__incident"),
    _mentioned("desk.Handover", "note", "words to the next shift", "cards__incident"),
    _mentioned("desk.Selection", "title query", "one's own list of the queue", "", FOR_EVER),
    _mentioned("networks.Account", "stop_reason", "why an account stands still", "", FOR_EVER),
    _mentioned("networks.Source", "title", "what a place that is read is called here", "", FOR_EVER),
    _mentioned("networks.LegalSwitch", "reason", "why an administrator has decided so", "", FOR_EVER),
    _mentioned("routing.Rule", "note", "why there is this rule", "", FOR_EVER),
    _mentioned("answers.ApprovalPolicy", "note", "why there is this rule", "", FOR_EVER),
    _mentioned("hooks.Call", "words reply", "what another program answered", "", "OTKLIK_KEEP_CALLS"),
)
OTHERS = (
    _others("inbox.Edition", "text", "message__incidents", "message"),
    _others("inbox.Media", "title", "message__incidents", "message"),
    _others("triage.Verdict", "themes why", "message__incidents", "message"),
    _others("answers.Answer", "asked", "incident", "reply_to"),
    _others("publishing.Delivery", "asked seen", "answer__incident", "message"),
    _others("feedback.Rating", "reason", "incident", "message survey__sent__delivery__message"),
    _others("feedback.Unconfirmed", "reason", "survey__incident", "survey__sent__delivery__message"),
    _others("routing.Inquiry", "text", "incident", "message"),
    _others("moving.Imported", "kept", "incident"),
    _others("desk.Undoable", "before", "incident"),
)
"""What another citizen wrote may name him, too: so these columns of CITIZENS are gone through for him in others' rows.
The text of a message and a payload have their own ways (words.py, raws.py)."""
NOT_IN_OTHERS: Mapping[tuple[str, str], str] = {
    ("inbox.Author", "external_id name url"): "another person's own",
    ("inbox.Message", "folded text_hash"): "follow the text",
    ("inbox.Message", "external_id url parent_external_id"): "addresses that a network gave to others' texts",
    ("inbox.Thread", "external_id url community"): "the same: where somebody else has written, too",
    ("inbox.Media", "url preview file"): "addresses and names of pictures of others",
    ("inbox.Gone", "external_id"): "an address of a text of others",
    ("inbox.Hint", "external_id"): "an address of a text of others",
    ("answers.ApprovalStep", "mark"): "a hash of a comment",
    ("publishing.Sent", "external_id url proof"): "where we answered others, and a picture of it",
    ("moving.Imported", "digest"): "a hash",
}
"""Columns of CITIZENS in which nobody looks for him in others' rows, and why."""
FILES = (
    Kept(
        "answers.ActFile",
        ("file",),
        Whose.MENTIONED,
        "an act that an ending rests on",
        LIKE_CARD,
        How.LOOKED_AT,
        "answer__incident",
    ),
    Kept(
        "answers.AnswerPhoto", ("file", "digest"), Whose.NOBODY, "pictures of what was done, published with the answer"
    ),
    Kept(
        "routing.InquiryPhoto",
        ("file",),
        Whose.MENTIONED,
        "pictures that came with an executor's reply",
        LIKE_CARD,
        How.LOOKED_AT,
        "inquiry__incident",
    ),
)
STAFF = (
    _staff("people.User", "password username first_name last_name email patronymic language look", "to sign in"),
    _staff("routing.Inquiry", "email", "where the link to an executor outside went"),
    _staff("alerts.Talk", "chat code", "where the bot tells him"),
    _staff("alerts.Wishes", "chosen", "how he wants to be told"),
    _staff("desk.Tour", "seen", "which parts of the tour he has seen"),
    _staff("desk.Practice", "decided", "how he sorted the made-up messages of the training"),
    _staff("people.Counter", "key value", "attempts to sign in, for hours"),
)
NOBODY = (
    _nobody("journal.Reason", "salt", "random"),
    _nobody(
        "journal.Entry",
        "actor verb subject reason reason_seal data hash",
        "ids and codes only, by a check when it is written; sealed, so it is never changed",
    ),
    _nobody("journal.Seal", "gaps hash", "numbers and a hash over entries"),
    _nobody("hooks.Subscription", "name address secret earlier kinds", "other programs of the region and their keys"),
    _nobody("hooks.Call", "body", "codes and ids that another program was told"),
    _nobody("places.Place", "code path kind name official_name aliases", _REFERENCE),
    _nobody("places.Street", "kind name", _REFERENCE),
    _nobody("places.Boundary", "polygons attribution", _REFERENCE),
    _nobody("themes.Classifier", "version plan", _REFERENCE),
    _nobody("themes.ThemeGroup", "code name", _REFERENCE),
    _nobody("themes.Theme", "code name subgroup description keywords", _REFERENCE),
    _nobody("people.Agency", "path code name short_name", _REFERENCE),
    _nobody("people.MadeRole", "name permissions", _CODES),
    _nobody("people.ProgramToken", "name scopes shown digest", "what neighbour systems ask with; a hash of the secret"),
    _nobody("people.ProgramRequest", "key digest answer", "ids and codes that a program was answered, for a day"),
    _nobody(
        "networks.Account",
        "network external_id title hook_key hook_secret confirmation options",
        "our own voices and their keys",
    ),
    _nobody("networks.Token", "kind secret", "our own keys, encrypted"),
    _nobody("networks.Reconciliation", "cursor", "addresses of posts and marks of texts: how far a place is read back"),
    _nobody("networks.Source", "network external_id name url cursor", "public places that are read"),
    _nobody("networks.RawEvent", "network origin key", "a hash of the network's own key"),
    _nobody("networks.LegalSwitch", "network", _CODES),
    _nobody("inbox.Author", "network", _CODES),
    _nobody("inbox.Thread", "network", _CODES),
    _nobody("inbox.Message", "network closed", "why a place cannot be answered in"),
    _nobody("inbox.Forgotten", "mark", "a keyed hash: it names nobody without the key"),
    _nobody("inbox.Gone", "network", _CODES),
    _nobody("inbox.Hint", "network", _CODES),
    _nobody("inbox.Media", "kind", _CODES),
    _nobody("incidents.Problem", "street house fixed_ground", "the address of the matter"),
    _nobody("incidents.Incident", " ".join(columns(Goes.NAMELESS)), "the address of the matter, without a flat"),
    _nobody("incidents.ProblemCard", "why", _CODES),
    _nobody("incidents.Counter", "name", _CODES),
    _nobody("triage.Verdict", "kind street house outside", "the address of the matter"),
    _nobody(
        "triage.TrainedModel",
        "made_by embedder metrics content",
        "weights of hashed pieces of words: no text and no vocabulary (docs/understanding.md)",
    ),
    _nobody("routing.Calendar", "title weekdays zone special_days", _REFERENCE),
    _nobody("routing.Rule", "things network", _REFERENCE),
    _nobody("routing.Suggestion", "thing", "what kind of thing the text named"),
    _nobody("routing.Norm", "network", _CODES),
    _nobody("routing.Inquiry", "pictures key refused", "ids, a digest and a code"),
    _nobody("answers.Flaw", "rule level", _CODES),
    _nobody("publishing.Epoch", "words", "which life of the database it is"),
    _nobody("publishing.Delivery", "key", "a random key"),
    _nobody("publishing.Attempt", "key outcome code", _CODES),
    _nobody("feedback.Survey", "key open_key", "random keys of links"),
    _nobody("alerts.Bookmark", "name", _CODES),
    _nobody("alerts.Ear", "network", _CODES),
    _nobody("alerts.Trouble", "error", "why a way out is closed"),
    _nobody("finding.Sketch", "theme also path copied marks", _HASHES + "; drawn anew"),
    _nobody("registers.Promise", "why", _CODES),
    _nobody("reports.FoldedMonth", "layout mark cards", "columns of numbers"),
    _nobody("reports.MonthFolding", "name seen", _CODES),
    _nobody("reports.Formula", "weights", "numbers"),
    _nobody("reports.PublicFigures", "licence", _REFERENCE),
    _nobody("reports.Schedule", "ending", _CODES),
    _nobody("reports.Sending", "period why", "why a report did not go"),
    _nobody("reports.Letterhead", "name content", "the region's own template"),
    _nobody("backups.Run", "file fault", "how a copy of the installation fared"),
    _nobody("backups.Installation", "key forgotten folder", "fingerprints of keys and a random word"),
    _nobody("moving.Import", "digest zone actor", _HASHES + "; " + _CODES),
    _nobody("moving.Imported", "cabinet theirs number", "ids of another system"),
    _nobody("flow.Chore", "name", _CODES),
    _nobody("flow.Worker", "name", "a machine's name"),
    _nobody("desk.Undoable", "batch verb", _CODES),
    _nobody("desk.StartStep", "name", _CODES),
    _nobody("desk.Upload", "key stage file", "a colleague's own picture on its way from his phone"),
    _nobody("privacy.Sweep", "kind", _CODES),
)
KEPT: tuple[Kept, ...] = (*CITIZENS, *COLLEAGUES, *FILES, *STAFF, *NOBODY)

QUEUE = ("lease", "error")
"""Columns of every row that is work: whose turn it is, and why it did not go. Errors are redacted and quote no text
on purpose; whoever is forgotten is taken out of them all the same (words.py)."""
