"""Errors of networks are classes, not strings: what to do next is the class, what to tell a person is the text."""

from datetime import timedelta
from enum import StrEnum

from otklik.lib.sentence import Sentence as _


class Cause(StrEnum):
    """Why an answer does not stand there, in the few words by which a person's next step differs."""

    OTHER = ""
    GONE = "gone"  # what we answer, or what it stands in, was deleted or hidden
    CLOSED = "closed"  # nobody may comment there, or the author takes no messages
    BANNED = "banned"  # others may; our voice may not
    CENSOR = "censor"  # the network minds the words
    TEXT = "text"  # too long, a picture or a link that is not taken: refused before or by the network
    CAPTCHA = "captcha"
    TOKEN = "token"  # noqa: S105 a word for what went wrong
    BUDGET = "budget"  # what the network lets us do in a day or an hour, or what is paid for, is used up
    LEGAL = "legal"
    UNKNOWN = "unknown"


class NetworkError(Exception):
    """The base of all. Its text is for a person and holds no secrets; `code` is the network's own.

    `cause` is `usual` for the class unless the network tells more.
    """

    usual = Cause.OTHER

    def __init__(self, text: str, code: str = "", cause: Cause = Cause.OTHER) -> None:
        super().__init__(text)
        self.code = code
        self.cause = cause or self.usual


class RetryAt(NetworkError):
    """Certainly not done; the same call may be made again after `after`."""

    passes = True  # of the many lines of one outage the log takes a few (otklik/lib/outages.py)

    def __init__(self, text: str, after: timedelta, code: str = "", cause: Cause = Cause.OTHER) -> None:
        super().__init__(text, code, cause)
        self.after = after


class Permanent(NetworkError):
    """Refused for good: a deleted comment, closed comments, a banned voice."""


class AuthLost(NetworkError):
    """The token does not work any more: the whole account stops until a person has seen to it."""

    usual = Cause.TOKEN


class NeedsPerson(NetworkError):
    """Captcha, a text that must be rephrased: a person can go on, a machine cannot."""


class OutcomeUnknown(NetworkError):
    """The call may have been carried out. Look before you speak again."""

    usual = Cause.UNKNOWN


class Broken(NetworkError):
    """Our own fault: a wrong parameter, a method that does not exist."""


class SwitchedOff(NetworkError):
    """The network is switched off for the law's sake: not a byte leaves until an administrator switches it on."""

    usual = Cause.LEGAL


class NotSupported(NetworkError):
    """This network has no such thing."""


def unsure(sentence: str, *, write: bool, code: str = "", after: timedelta = timedelta(minutes=1)) -> NetworkError:
    """No definite answer: a read is asked again after `after`, a write must be looked up first."""
    if write:
        return OutcomeUnknown(_("%(words)s; неизвестно, выполнено ли действие") % {"words": sentence}, code)
    return RetryAt(sentence, after, code)
