"""Errors of networks are classes, not strings: what to do next is the class, what to tell a person is the text."""

from datetime import timedelta


class NetworkError(Exception):
    """The base of all. Its text is for a person and holds no secrets; `code` is the network's own."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class RetryAt(NetworkError):
    """Certainly not done; the same call may be made again after `after`."""

    def __init__(self, text: str, after: timedelta, code: str = "") -> None:
        super().__init__(text, code)
        self.after = after


class Permanent(NetworkError):
    """Refused for good: a deleted comment, closed comments, a banned voice."""


class AuthLost(NetworkError):
    """The token does not work any more: the whole account stops until a person has seen to it."""


class NeedsPerson(NetworkError):
    """Captcha, a text that must be rephrased: a person can go on, a machine cannot."""


class OutcomeUnknown(NetworkError):
    """The call may have been carried out. Look before you speak again."""


class Broken(NetworkError):
    """Our own fault: a wrong parameter, a method that does not exist."""


class SwitchedOff(NetworkError):
    """The network is switched off for the law's sake: not a byte leaves until an administrator switches it on."""


class NotSupported(NetworkError):
    """This network has no such thing."""


def unsure(sentence: str, *, write: bool, code: str = "", after: timedelta = timedelta(minutes=1)) -> NetworkError:
    """No definite answer: a read is asked again after `after`, a write must be looked up first."""
    if write:
        return OutcomeUnknown(f"{sentence}; неизвестно, выполнено ли действие", code)
    return RetryAt(sentence, after, code)
