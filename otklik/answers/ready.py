"""The texts by which authors are asked whether it helped, as they come with a new installation. Plain data.

In a dialogue the link is the author's own. In public it is open to everybody, so the text says that votes by it count
apart, and asks for a word on the spot first: that one is the author's own. Neither tells anything of the matter. Each
goes only after an answer that a person has approved; an administrator may change or remove them.
"""

from otklik.answers.models import Answer
from otklik.answers.templates import LINK

HELPED: dict[str, tuple[str, str]] = {
    Answer.Kind.SURVEY: (
        "Помогли ли мы: в личной переписке",
        f"Помогли ли мы вам? Два коротких вопроса по ссылке: {LINK} Она только ваша и действует 30 дней.",
    ),
    Answer.Kind.ASK: (
        "Помогло ли: под публичным ответом",
        "Удалось ли помочь? Напишите, пожалуйста, прямо здесь: прочитаем и, если нужно, вернёмся к вопросу. "
        f"Или отметьте по ссылке: {LINK} Она открыта для всех, такие голоса считаем отдельно.",
    ),
}
"""Kind to title and text."""
