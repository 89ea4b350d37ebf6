"""What a message is: complaint, question, suggestion, thanks or noise; pure rules that explain themselves.

When in doubt it is not noise: noise is only suggested, and an operator sees every message. A complaint that is taken
for a question costs nothing; a complaint taken for noise costs a citizen.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from otklik.lib.text import lemma, lower, spans, tags, tidy
from otklik.triage.kind import talk

Kind = Literal["complaint", "question", "suggestion", "thanks", "noise"]
Why = tuple[tuple[str, str], ...]

TEXT_LIMIT = 16_000
WORDS_LIMIT = 14

_STREET = frozenset(
    re.findall(
        r"[\w-]+",
        "ул улица улице улицы улиц пр пр-т просп проспект проспекта проспекте пер переулок переулка переулке пл "
        "площадь площади бул бульвар бульваре наб набережная набережной шоссе ш проезд проезда проезде тупик аллея "
        "тракт линия мкр микрорайон микрорайона микрорайоне мкрн квартал г гор город города городе с село селе дер "
        "деревня деревне пос поселок поселке поселка пгт станица станице хутор хуторе район района районе р-н обл "
        "область области край сквер сквера сад парк остановка остановке станция метро угол углу перекресток "
        "перекрестке пересечение пересечении",
    )
)
_ADDRESS = _STREET | frozenset(
    re.findall(
        r"\w+",
        "д дом дома доме домов к корп корпус корпуса стр строение лит литер литера литеры буква владение кв "
        "квартира этаж п под подъезд подъезда парадная парадной вход двор дворе двора между около возле рядом "
        "напротив р н стадион школа школе больница поликлиника детская сторона стороне стороны четная нечетная "
        "адрес адресу адреса указан виден по на в во у от до со за и это здесь тут там вот номер а б в г е большая "
        "большой малая малой новая новой старая красная верхняя нижняя первый второй третий четвертый первая "
        "вторая третья",
    )
)
_SIGNATURE = frozenset(
    re.findall(
        r"\w+",
        "уважением мой моя мои меня зовут данные телефон тел т фио анонимно анон житель жительница дата рождения",
    )
)
_NAME = frozenset({"Name", "Surn", "Patr", "Geox"})
# «Грязная», «такая»: what is said of a street, not its name.
_QUALITY = frozenset({"Qual", "Apro", "Anum"})
_NUMBER = re.compile(r"[\d-]+[а-яa-z]?")
_FILE = re.compile(r"(?:[\w ()-]{1,80}\.(?:mp4|mov|avi|jpe?g|png|heic|gif|pdf|docx?)\s?){1,5}")


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
    r"когда (?:\w+ ){0,3}?(?:уберут|почистят|включат|починят|отремонтируют|закончат|вывезут|засыпят|исправят|удалят)",
    r"когда (?:\w+ ){0,3}?будут (?:убирать|чистить|вывозить|удалять|ремонтировать)|почему|зачем",
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
    "(?:надо|нужно|стоило|еще) бы|может(?: быть)? (?:стоит|лучше|можно)|стоит задуматься",
    "(?:хорошо|неплохо|здорово) (?:было )?бы|было бы (?:хорошо|неплохо|здорово|удобно)",
    r"рассмотр\w+ (?:вопрос|возможность)",
    after=r"\b",
)
_REQUEST = _any(
    r"прошу|просим|просьба|поставьте|сделайте|установите|хотелось бы|к сожалению|проблем\w*|неудобно", after=r"\b"
)
_QUESTION = re.compile(
    r"\?|\b(?:подскажите|скажите|куда (?:можно )?обра\w+|интересует|(?:хочу|хотел\w*(?: бы)?) (?:у?знать|уточнить)"
    r"|как (?:можно|узнать|оформить|записаться|получить|подать|дозвониться)"
    r"|как\w{2} (?:пособи|выплат|льгот|документ)\w*|как обстоят|\w{2,20} ли)\b"
)
_CONGRATULATION = _any(
    r"поздравл\w+|с праздник\w+|с дн[ея]м? \w+|с новым годом|с рождеством|с наступающ\w+|с юбилеем", after=r"\b"
)
_LINK = re.compile(r"(?:https?://|\bwww\.|\bt\.me/|\bvk\.(?:com|cc)/)", re.IGNORECASE)
_TO_A_PERSON = re.compile(r"\s{0,9}(?:\[id\d|[@*]\w)")
_JOINS = re.compile(r"\b(?:у нас (?:так же|также|тоже|то же)|и у нас|поддерживаю|присоединяюсь|аналогично)\b|^\+\d?$")
_QUARREL = _any(
    r"сам(?:а|и)? (?:такой|такая|дурак|дура)|дурак|дура|идиот\w*|клоун\w*|тролль|ботяра|бот|чушь|бред|заткни\w*",
    r"иди(?:те)? (?:лесом|отсюда)|не неси|балабол\w*",
    after=r"\b",
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

    ours, empty, media, greeting, link, echo, address, file, official, news, advert, withdrawn, congratulation, quarrel,
    vote, advice, talk (for noise, media against it);
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
    linked = ("/" in raw or "www." in raw.lower()) and _LINK.search(raw) is not None
    wording, to_a_person = _Reading(tidied, lower(tidied)), bool(_TO_A_PERSON.match(raw))
    return (
        _wordless(wording, linked=linked, has_media=has_media, is_reply=is_reply)
        or _bare(wording, has_media=has_media, is_reply=is_reply)
        or _of_others(wording, linked=linked, to_a_person=to_a_person)
        or _matter(wording)
        or _talk(wording, is_reply=is_reply or to_a_person)
        or Relevance("complaint", 0.4, (("", "doubt"),))
    )


class _Reading:
    """A text with what the rules ask of it; a fragment found in the folded text is shown as it was written."""

    def __init__(self, tidied: str, folded: str) -> None:
        self.tidied = tidied
        self.folded = folded
        self.bounds = spans(folded)
        self.words = [folded[start:end] for start, end in self.bounds]
        self._matches: dict[int, re.Match[str] | None] = {}

    def first(self, pattern: re.Pattern[str], reason: str) -> Why:
        match = self.search(pattern)
        return ((self.tidied[match.start() : match.end()], reason),) if match else ()

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match; several rules ask for the same. By its id, since a pattern takes long to hash."""
        if id(pattern) not in self._matches:
            self._matches[id(pattern)] = pattern.search(self.folded)
        return self._matches[id(pattern)]

    def written(self, fragment: talk.Span) -> tuple[str, str]:
        start, end, reason = fragment
        return self.tidied[start:end], reason

    def trouble(self) -> Why:
        return self.first(_TROUBLE, "trouble") or self.first(_DEMAND, "demand") or self.first(_SUBJECT, "subject")

    def denied(self) -> Why:
        """The first «не» before a verb that means trouble: «не чистят», «не горит»."""
        for (start, end), (next_start, next_end) in pairwise(self.bounds):
            if self.folded[start:end] != "не":
                continue
            word = self.folded[next_start:next_end][:64]
            if lemma(word) not in _NO_TROUBLE and any(
                "VERB" in one or "PRTS" in one or "PRED" in one for one in tags(word)
            ):
                return ((self.tidied[start:next_end], "trouble"),)
        return ()


def _wordless(wording: _Reading, *, linked: bool, has_media: bool, is_reply: bool) -> Relevance | None:
    """A message without content of its own: nothing, emojis, a link, a greeting, «ок»."""
    if wording.search(_JOINS):
        return Relevance("complaint", 0.4, wording.first(_JOINS, "joins"))
    rest = [word for word in wording.words if word not in talk.GREETING]
    if any(word not in talk.ECHO for word in rest):
        return None
    if has_media:
        return Relevance("complaint", 0.3, (("", "media"),))
    if not wording.words:
        return Relevance("noise", 0.75 if linked else 0.9, (("", "link" if linked else "empty"),))
    if not rest:
        return Relevance("noise", 0.65, ((wording.tidied[:80], "greeting"),))
    if "спасибо" in rest:
        return None
    # «Да» may be the answer to our question.
    return None if is_reply else Relevance("noise", 0.55, ((wording.tidied[:80], "echo"),))


def _bare(wording: _Reading, *, has_media: bool, is_reply: bool) -> Relevance | None:
    """A bare address, a signature, a file's name; with a picture, or in a reply to a question, it may say all."""
    if says_only_where_or_who(wording.tidied, wording.folded, talk.GREETING) and not wording.trouble():
        reason = "address"
    elif names_a_file(wording.folded):
        reason = "file"
    else:
        return None
    if has_media:
        return Relevance("complaint", 0.3, (("", "media"),))
    return None if is_reply else Relevance("noise", 0.6, ((wording.tidied[:80], reason),))


def _of_others(wording: _Reading, *, linked: bool, to_a_person: bool) -> Relevance | None:
    """What is full of trouble and is no citizen's: an official's answer, news, an advert; or is settled."""
    # «Ваше обращение передано», и до сих пор ничего: who complains of an answer is no official.
    complains = wording.search(_DEMAND)
    formal = (
        to_a_person
        and bool(talk.GREETING.intersection(wording.words[:4]))
        and not (wording.trouble() or wording.denied())
    )
    fragment = talk.withdrawn(wording.folded, len(wording.words))
    if not wording.trouble() and not wording.search(_THANKS):
        fragment = (
            fragment or talk.idle(wording.folded, len(wording.words)) or talk.offer(wording.folded, len(wording.words))
        )
    if not complains:
        fragment = fragment or talk.official(wording.folded, formal=formal) or talk.news(wording.folded)
    if not complains and not wording.search(_NONE):
        fragment = fragment or talk.advert(wording.folded, linked=linked)
    return Relevance("noise", 0.75, (wording.written(fragment),)) if fragment else None


def _matter(wording: _Reading) -> Relevance | None:
    """Something is wrong, asked or proposed; trouble outweighs politeness («спасибо, что опять без света»)."""
    trouble = (*wording.first(_TROUBLE, "trouble"), *wording.denied(), *wording.first(_NONE, "trouble"))
    demand = wording.first(_DEMAND, "demand")
    thanks = wording.first(_THANKS, "thanks")
    subject = wording.first(_SUBJECT, "subject")
    done = bool(wording.search(_DONE))
    suggestion = wording.first(_SUGGESTION, "suggestion")
    if thanks and (trouble or demand or (subject and not done)):
        return Relevance("complaint", 0.6, ((thanks[0][0], "irony"), *trouble, *demand, *subject))
    if suggestion and not demand:
        return Relevance("suggestion", 0.55 if trouble else 0.75, (*suggestion, *trouble))
    if trouble or demand:
        reasons = (*trouble, *demand, *subject)
        return Relevance("complaint", min(0.6 + 0.12 * len(reasons), 0.95), reasons)
    question = wording.first(_QUESTION, "question")
    if question and not wording.search(_CONGRATULATION):
        return Relevance("question", 0.55 if subject else 0.75, (*question, *subject))
    if subject and not thanks:
        return Relevance("complaint", 0.6, subject)
    # «Прошу поставить светофор. Спасибо» thanks nobody yet.
    request = wording.first(_REQUEST, "request")
    return Relevance("complaint", 0.5, request) if request else None


def _talk(wording: _Reading, *, is_reply: bool) -> Relevance | None:
    """No matter was found: thanks, a wish, a quarrel, a vote, advice."""
    thanks = wording.first(_THANKS, "thanks")
    if thanks:
        # In a long message the thanks are often only its last words.
        return Relevance("thanks", 0.8 if len(wording.words) <= 12 else 0.5, thanks)
    congratulation = wording.first(_CONGRATULATION, "congratulation")
    if congratulation and not wording.search(_QUESTION):
        return Relevance("noise", 0.8, congratulation)
    quarrel = wording.first(_QUARREL, "quarrel")
    if quarrel and is_reply and len(wording.words) <= 15:
        return Relevance("noise", 0.6, quarrel)
    aside = talk.advert(wording.folded, linked=True) or talk.aside(wording.folded, len(wording.words))
    return Relevance("noise", 0.6, (wording.written(aside),)) if aside else None


def names_a_file(folded: str) -> bool:
    """Nothing but names of files: «IMG 2041.jpg»."""
    return bool(_FILE.fullmatch(folded[:400].strip()))


def says_only_where_or_who(tidied: str, folded: str, polite: frozenset[str]) -> bool:
    """Every word is a greeting, a part of an address, a name or a number, and one at least is a name or a number.

    Of a name nobody knows for sure: a word that the dictionary knows as one, an adjective or a genitive beside a
    street or a number. «Садовая 14» is bare; «Садовая 14 тоже» and «ул Садовая грязная» are not.
    """
    bounds = list(spans(folded))
    if not 0 < len(bounds) <= WORDS_LIMIT or "?" in folded:
        return False
    kinds = ["", *(_of(folded[start:end], polite) for start, end in bounds), ""]
    shouted = tidied.isupper()
    for at, (start, end) in enumerate(bounds, 1):
        if not kinds[at]:
            written = not shouted and tidied[start].isupper()
            name = _is_name(folded[start:end], kinds[at - 1], kinds[at + 1], first=at == 1, written=written)
            kinds[at] = "name" if name else "word"
    return "word" not in kinds and bool({"name", "number"} & set(kinds)) and _close(kinds)


def _of(word: str, polite: frozenset[str]) -> str:
    if _NUMBER.fullmatch(word):
        return "number"
    if word in _STREET:
        return "street"
    return "small" if word in _ADDRESS or word in _SIGNATURE or word in polite else ""


def _is_name(word: str, before: str, after: str, *, first: bool, written: bool) -> bool:
    """`written`: with a capital letter where it means something. Neighbours are kinds of words."""
    readings = tags(word)
    beside = after in ("street", "number") or before == "street"
    if not readings:
        return word.isalpha() and (beside or (written and not first))
    if readings[0] & _NAME or (written and not first and any(reading & _NAME for reading in readings)):
        return True
    if any("ADJF" in reading and not reading & _QUALITY for reading in readings):
        return beside or (written and not first)
    if written and (beside or before == "name") and any("ADJF" in reading for reading in readings):
        return True
    return beside and written and any({"NOUN", "gent"} <= reading for reading in readings)


def _close(kinds: list[str]) -> bool:
    """A lone number says nothing, and is no address either."""
    return "name" in kinds or any({"number", "street"} == {one, other} for one, other in pairwise(kinds))
