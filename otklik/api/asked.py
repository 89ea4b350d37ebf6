"""What programs say in a body. A name that nobody knows is refused: a misspelt one must not pass for an empty one."""

from typing import Annotated

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from otklik.answers.models import AnswerPhoto
from otklik.work import answers, assigning, cards
from otklik.work.answers import Text
from otklik.work.kinds import Clean, Id, Line, OneOf, SomeWords, Version, Words, some_words

CardVersion = Annotated[Version, Field(description=_("Версия карточки, которую вы прочитали."))]
AnswerVersion = Annotated[Version, Field(description=_("Версия ответа, которую вы прочитали."))]
Link = Annotated[str, StringConstraints(min_length=8, max_length=500)]


class Asked(Schema):
    model_config = ConfigDict(extra="forbid")


class CardDecision(Asked):
    version: CardVersion


class Assignment(assigning.Assignment, CardDecision):
    pass


class Theming(assigning.Theming, CardDecision):
    pass


class Return(assigning.Return, CardDecision):
    """«Не наше»."""


class Extension(cards.Extension, CardDecision):
    pass


class ExtensionDecision(cards.ExtensionDecision, CardDecision):
    pass


class Note(Asked):
    note: Annotated[str, some_words(cards.MOST_NOTE), Clean] = Field(alias="text")


class Dismissal(cards.Dismissal, CardDecision):
    pass


class Closure(cards.Closure, CardDecision):
    """After the answer."""


class UnansweredClosure(cards.UnansweredClosure, CardDecision):
    pass


class NewMessage(Asked):
    link: Link = Field(description=_("Где его видно: адрес в сети или в вашей системе. По нему сообщение узнаётся."))
    text: Annotated[Text, StringConstraints(min_length=1, pattern=r"\S")]
    network: str | None = Field(default=None, max_length=16, description=_("Если по ссылке сеть не узнать."))
    author: Annotated[Line, StringConstraints(max_length=200)] = Field(default="", description=_("Как он подписан."))


class Draft(answers.Draft, Asked):
    """The whole draft; what is left out is emptied. `version` is that of the answer, 0 for a new one."""


class ShownPhoto(Asked):
    """Fields of the form that a photo comes with, where everything is text."""

    version: Annotated[Id, Field(description=_("Версия ответа, которую вы прочитали."))]
    stage: Annotated[str, OneOf(AnswerPhoto.Stage.values)] = Field(default="", description=_("Снято до или после."))


class ShownAct(Asked):
    version: Annotated[Id, Field(description=_("Версия ответа, которую вы прочитали."))]


class Submission(Asked):
    version: AnswerVersion
    exposing: str = Field(default="", max_length=64, description=_("Слово из отказа: эти данные можно публиковать."))


class Approval(Asked):
    version: AnswerVersion
    message_version: Version = Field(description=_("Версия сообщения, рядом с которым вы прочитали ответ."))
    despite: Words = Field(default="", description=_("Почему отпускаете ответ, который остановила проверка текста."))


class Remark(Asked):
    version: AnswerVersion
    remark: SomeWords


class Publication(Asked):
    version: AnswerVersion
    link: Link = Field(description=_("Где он стоит: адрес на том же сайте, что и сообщение."))


class OnlyVersion(Asked):
    version: AnswerVersion
