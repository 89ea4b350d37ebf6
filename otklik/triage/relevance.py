"""What a message is: complaint, question, suggestion, thanks or noise; pure rules that explain themselves.

When in doubt it is not noise: noise is only suggested, and an operator sees every message. A complaint that is taken
for a question costs nothing; a complaint taken for noise costs a citizen.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from otklik.lib.text import lemma, lower, spans, tags, tidy

Kind = Literal["complaint", "question", "suggestion", "thanks", "noise"]
Why = tuple[tuple[str, str], ...]

TEXT_LIMIT = 16_000


def _any(*alternatives: str, after: str = "") -> re.Pattern[str]:
    """One pattern for alternatives that each begin at the start of a word."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)}){after}")


# Beginnings of words; the rest of the word belongs to the fragment shown.
_TROUBLE = _any(
    "отключ|прорва|прорыв|лопну|слома[лн]|полома[лн]|разбит|развал|разруш|протек|течет|хлещет|затопи|подтопи",
    "воня|вонь|смрад|кошмар|позор|безобраз|беспредел|отвратит|жалоб|жалу[юе]|возмущ|невозможно|опасн|авари",
    "перекры[лт]|хам[ия]т|хамств|отказал|отказыва|игнор|отписк|бездейств|мерзн|замерза|темнот|темно\\b|гололед",
    "задержива|опаздыва|переполн|заросл|антисанитар|бардак|издева|заброшен|просроч|обман|мошенни|горит|искр",
    "убит[аоы]|ужас|страшн|грязно|скользко|холодно\\b|упа[лв]|травм|укуси|покуса|напал",
    after=r"\w*",
)
_DEMAND = _any(
    "сколько можно|до каких пор|доколе|когда уже|когда же|когда наконец|до сих пор|так и не|примите меры",
    "почините|уберите|отремонтируйте|включите|верните|разберитесь|помогите|наведите|обратите внимание",
    "без света|без воды|без газа|без тепла|без отопления",
    "прошу (?:вас )?(?:убрать|починить|принять|устранить|разобраться|отремонтировать|помочь|обратить|вывезти)",
    "когда (?:вы |нам |у нас )?(?:сделаете|почините|уберете|отремонтируете|приведете|вывезете|почистите)",
    after=r"\b",
)
_NONE = _any(r"нету?\s(?!слов|спасибо|проблем)\w{1,40}", r"(?!или\b)\w{1,40}\sнету?\b(?!,)")
_SUBJECT = _any(
    "ям[аыуе]|мусор|свалк|помойк|гряз[ьи]|луж[аие]|пробк[аи]|стая|собак|шум|пыль|сугроб|налед|очеред|плесен",
    "дыр[аы]|ухаб|колдобин|крыс|таракан",
    after=r"\w*",
)
_DONE = _any(
    "убрали|починили|сделали|отремонтировали|включили|вывезли|помогли|построили|открыли|почистили|решили",
    "заменили|установили|поставили|ответили|отреагировали|откликнулись|засыпали|покрасили",
    after=r"\b",
)
_THANKS = re.compile(r"(?<!заранее )\b(?:спасибо|благодар\w+|молодц\w+|спс|респект)\b(?! заранее)")
_SUGGESTION = _any(
    r"предлага\w+|предложение|идея|давайте|почему бы не|можно было бы",
    "(?:хорошо|неплохо|здорово) (?:было )?бы|было бы (?:хорошо|неплохо|здорово|удобно)",
    r"рассмотр\w+ (?:вопрос|возможность)",
    after=r"\b",
)
_REQUEST = _any(
    r"прошу|просим|просьба|поставьте|сделайте|установите|хотелось бы|к сожалению|проблем\w*|неудобно", after=r"\b"
)
_QUESTION = re.compile(
    r"\?|\b(?:подскажите|скажите|как узнать|куда (?:можно )?обра\w+|хотел\w* узнать|интересует|можно ли|будет ли"
    r"|планируется ли|есть ли)\b"
)
_CONGRATULATION = _any(
    r"поздравл\w+|с праздник\w+|с дн[ея]м? \w+|с новым годом|с рождеством|с наступающ\w+|с юбилеем", after=r"\b"
)
_ADVERT = _any(
    "скидк|акци[яи]\\b|подписывай|подпишись|подпишитесь|заработ[ок]|переходи|промокод|розыгрыш|продам\\b",
    "куплю\\b|доставка\\b|казино|ставки на|кредит под|выплаты от|пишите в лс|в личк|заказать|недорого|распродаж",
    after=r"\w*",
)
_LINK = re.compile(r"(?:https?://|\bwww\.|\bt\.me/|\bvk\.(?:com|cc)/)", re.IGNORECASE)
_JOINS = re.compile(
    r"\b(?:у нас (?:так же|также|тоже|то же)|и у нас|поддерживаю|подтверждаю|присоединяюсь|аналогично)\b|^\+\d?$"
)
_QUARREL = _any(
    r"сам(?:а|и)? (?:такой|такая|дурак|дура)|дурак|дура|идиот\w*|клоун\w*|тролль|ботяра|бот|чушь|бред|заткни\w*",
    r"иди(?:те)? (?:лесом|отсюда)|не неси|балабол\w*",
    after=r"\b",
)
_GREETING = frozenset(
    re.findall(
        r"\w+",
        "здравствуйте здравствуй здрасте привет приветствую добрый доброе доброго день дня вечер вечера утро утра "
        "времени суток всем уважаемые уважаемая",
    )
)
_ECHO = frozenset(
    re.findall(
        r"\w+",
        "да ага ок окей нет точно ясно понятно хорошо спасибо пожалуйста лол хаха хахаха ура супер класс",
    )
)
_NO_TROUBLE = frozenset(
    re.findall(
        r"\w+",
        "знать подсказать ожидать забыть болеть переживать беспокоиться хотеть сомневаться спешить стоить думать",
    )
)


@dataclass(frozen=True, slots=True)
class Relevance:
    """`share` is how sure, 0..1. `why` are pairs (as it stands in the text, reason); the reasons are the names below.

    ours, empty, media, greeting, link, advert, congratulation, quarrel, echo (for noise, media against it);
    trouble, demand, subject, request, irony, joins, question, suggestion, thanks, doubt.
    """

    kind: Kind
    share: float
    why: Why


def judge(text: str, *, has_media: bool, is_reply: bool, author_is_ours: bool) -> Relevance:
    """What the message is, for any text at all. `is_reply`: it answers another message, not a post."""
    if author_is_ours:
        return Relevance("noise", 0.95, (("", "ours"),))
    raw = text[: TEXT_LIMIT * 2]
    tidied = tidy(raw)[:TEXT_LIMIT]
    said = _Said(tidied, lower(tidied))
    return (
        _wordless(said, linked=bool(_LINK.search(raw)), has_media=has_media, is_reply=is_reply)
        or _matter(said)
        or _talk(said, linked=bool(_LINK.search(raw)), is_reply=is_reply)
        or Relevance("complaint", 0.4, (("", "doubt"),))
    )


class _Said:
    """A text with what the rules ask of it; a fragment found in the folded text is shown as it was written."""

    def __init__(self, tidied: str, folded: str) -> None:
        self.tidied = tidied
        self.folded = folded
        self.words = [folded[start:end] for start, end in spans(folded)]

    def first(self, pattern: re.Pattern[str], reason: str) -> Why:
        match = pattern.search(self.folded)
        return ((self.tidied[match.start() : match.end()], reason),) if match else ()

    def denied(self) -> Why:
        """The first «не» before a verb that means trouble: «не чистят», «не горит»."""
        bounds = list(spans(self.folded))
        for (start, end), (next_start, next_end) in pairwise(bounds):
            if self.folded[start:end] != "не":
                continue
            word = self.folded[next_start:next_end][:64]
            if lemma(word) not in _NO_TROUBLE and any(
                "VERB" in one or "PRTS" in one or "PRED" in one for one in tags(word)
            ):
                return ((self.tidied[start:next_end], "trouble"),)
        return ()


def _wordless(said: _Said, *, linked: bool, has_media: bool, is_reply: bool) -> Relevance | None:
    """A message without content of its own: nothing, emojis, a link, a greeting, «ок»."""
    if _JOINS.search(said.folded):
        return Relevance("complaint", 0.4, said.first(_JOINS, "joins"))
    rest = [word for word in said.words if word not in _GREETING]
    if any(word not in _ECHO for word in rest):
        return None
    if has_media:
        return Relevance("complaint", 0.3, (("", "media"),))
    if not said.words:
        return Relevance("noise", 0.75 if linked else 0.9, (("", "link" if linked else "empty"),))
    if not rest:
        return Relevance("noise", 0.65, ((said.tidied[:80], "greeting"),))
    if "спасибо" in rest:
        return None
    # «Да» may be the answer to our question.
    return None if is_reply else Relevance("noise", 0.55, ((said.tidied[:80], "echo"),))


def _matter(said: _Said) -> Relevance | None:
    """Something is wrong, asked or proposed; trouble outweighs politeness («спасибо, что опять без света»)."""
    trouble = (*said.first(_TROUBLE, "trouble"), *said.denied(), *said.first(_NONE, "trouble"))
    demand = said.first(_DEMAND, "demand")
    thanks = said.first(_THANKS, "thanks")
    subject = said.first(_SUBJECT, "subject")
    done = bool(_DONE.search(said.folded))
    suggestion = said.first(_SUGGESTION, "suggestion")
    if thanks and (trouble or demand or (subject and not done)):
        return Relevance("complaint", 0.6, ((thanks[0][0], "irony"), *trouble, *demand, *subject))
    if suggestion and not demand:
        return Relevance("suggestion", 0.55 if trouble else 0.75, (*suggestion, *trouble))
    if trouble or demand:
        found = (*trouble, *demand, *subject)
        return Relevance("complaint", min(0.6 + 0.12 * len(found), 0.95), found)
    question = said.first(_QUESTION, "question")
    if question and not _CONGRATULATION.search(said.folded):
        return Relevance("question", 0.55 if subject else 0.75, (*question, *subject))
    if subject and not thanks:
        return Relevance("complaint", 0.6, subject)
    # «Прошу поставить светофор. Спасибо» thanks nobody yet.
    request = said.first(_REQUEST, "request")
    return Relevance("complaint", 0.5, request) if request else None


def _talk(said: _Said, *, linked: bool, is_reply: bool) -> Relevance | None:
    """No matter was found: thanks, a wish, an advert, a quarrel."""
    advert = said.first(_ADVERT, "advert")
    if advert and (linked or len(_ADVERT.findall(said.folded)) > 1):
        return Relevance("noise", 0.85 if linked else 0.7, advert)
    congratulation = said.first(_CONGRATULATION, "congratulation")
    if congratulation and not _QUESTION.search(said.folded):
        return Relevance("noise", 0.8, congratulation)
    thanks = said.first(_THANKS, "thanks")
    if thanks:
        # In a long message the thanks are often only its last words.
        return Relevance("thanks", 0.8 if len(said.words) <= 12 else 0.5, thanks)
    quarrel = said.first(_QUARREL, "quarrel")
    if quarrel and is_reply and len(said.words) <= 15:
        return Relevance("noise", 0.6, quarrel)
    return None
