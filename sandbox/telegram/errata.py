"""Where the wire differs from the published description: the only differences the tests let pass.

`path` is "<type>.<field>" for answers and updates, "<method>" for a method.
"""

from sandbox.errata import Erratum

ERRATA: tuple[Erratum, ...] = (
    Erratum(
        "setWebhook.description",
        "extra",
        "a good answer says in words whether the webhook was set now or before",
        "tdlib/telegram-bot-api, answer_query with a description",
    ),
    Erratum(
        "deleteWebhook.description",
        "extra",
        "a good answer says in words whether there was a webhook",
        "tdlib/telegram-bot-api, answer_query with a description",
    ),
    Erratum(
        "ChatMemberAdministrator.can_send_welcome_messages",
        "extra",
        "a right younger than the description; clients that know it take no administrator without it",
        "aiogram 3.31.0, ChatMemberAdministrator",
    ),
    Erratum(
        "*.unknown",
        "stricter",
        "an unknown parameter is refused, so that a misspelt name is noticed; the real server ignores it",
        "the switch unknown_parameters gives the real behaviour back",
    ),
)
