"""Texts that ask for nothing: officials' answers, news, adverts, advice, withdrawals, idle talk; pure rules.

Each rule needs a positive sign, and most need that nobody speaks of himself and asks nothing: a citizen who quotes
an answer in order to complain of it is a citizen. What has no sign of talk stays a complaint.
"""

import re

Span = tuple[int, int, str]
"""Start and end in the folded text, and the reason."""

FEW, SHORT, IDLE_WORDS = 4, 10, 12
ADVERT_LIMIT = 2000


def _any(*alternatives: str, after: str = "") -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)}){after}")


GREETING = frozenset(
    re.findall(
        r"\w+",
        "здравствуйте здравствуй здрасте привет приветствую добрый доброе доброго день дня вечер вечера утро утра "
        "времени суток всем уважаемые уважаемая",
    )
)
ECHO = frozenset(
    re.findall(
        r"\w+",
        "да ага ок окей нет точно ясно понятно хорошо спасибо пожалуйста лол хаха хахаха ура супер класс ну "
        "угу факт жиза ап подтверждаю подтверждаем согласен согласна согласны полностью абсолютно верно именно "
        "правильно конечно так это и есть правда",
    )
)
_SELF = _any(
    "я|мы|мне|меня|мной|нам|нас|нами|мой|моя|мое|мои|моего|моей|моему|моих|наш|наша|наше|наши|нашего|нашей|нашему",
    "нашем|нашу|наших|прошу|просим|почему|когда|сколько|доколе|помогите|примите|пожалуйста",
    after=r"\b",
)
_OFFICIAL_SELF = _any("мы|нами|нам|наш|наши|пожалуйста", after=r"\b")
_OFFICIAL = _any(
    r"спасибо за (?:ваше )?(?:обращение|сигнал|неравнодуш)\w*|подробнее\W{1,4}(?:здесь|по ссылке|на сайте)",
    r"приносим (?:вам |свои |наши )?извинения|благодарим (?:вас )?за (?:обра[щт]|сообщени|неравнодуш|информаци)\w*",
    r"ваш[аеу]? (?:обращени|сообщени|запрос|заявк|заявлени|вопрос|информаци)\w* (?:был[ао]? )?"
    r"(?:направлен|передан|принят|зарегистрирован|рассмотрен|взят|находится|перенаправлен)\w*",
    r"(?:направили|отправили|передали|перенаправили) ваш\w*|свяжутся с вами|учтем ваше",
    r"рассмотрев ваш\w*|по информации,? предоставленной|(?:информируем|сообщаем) (?:о следующем|вам|следующее)",
    r"(?:письма|обращения|вопросы) (?:зарегистрирован|направлен|отправлен)\w*",
    r"(?:мы )?(?:будем (?:разбираться|информировать)|сейчас (?:выясняем|разбираемся|прорабатываем))",
    r"в случае возникновения вопросов",
    r"мы работаем (?:с \w+ )?над|понимаем ваше|в рамках (?:муниципальн|государственн|исполнения)\w*",
    r"(?:восстановлен[аоы]?|устранен[аоы]?|имеется) в полном объеме|приведен[аоы]? в (?:надлежащее|нормативное)",
)
_NEWS = _any(
    r"в соц(?:иальных )?сет(?:ях|и)|опубликова\w+ (?:видео|фото|в )|жалуются|рассказал\w* (?:жител|очевид|в )\w*",
    r"(?:как )?сообща(?:ет|ют|ется)|сообщил[аи]? (?:в|пресс)|по (?:данным|словам|предварительн)\w*|пресс служб\w+",
    r"(?:наш\w* |нашу )?(?:редакци|корреспондент|подписчик|телекомпани|телеканал|читател)\w*|источник",
    r"(?:прислать|предложить) новост\w+|(?:фото|видео) ?:|прокуратур[аы] (?:провод|организ|начал|потреб)\w*",
    r"пресс-служб\w+|следственн\w+ комитет\w*|возбужден\w*|как видно|в ведомстве",
    r"губернатор \w+ (?:заяв|сообщ|отмет)\w*",
)
_ADVERT = _any(
    r"скидк\w*|акци[яи]\b|подпис(?:ывай|ывайтесь|шись|шитесь|ка)\b|заработ\w*|подработк\w*|переходи(?:те)?\b",
    r"промокод\w*|розыгрыш\w*|прода(?:м|ю|ется|ются)\b|купл(?:ю|им)\b|сда(?:м|ю|ется)\b|доставк\w*|казино\b|ставки на",
    r"кредит\w* под|пишите в (?:лс|личк\w*|директ)|в (?:лс|личку|директ)\b|заказ(?:ать|ы|ывайте)\b|недорого\b",
    r"распродаж\w*|прайс\w*|звоните\b|гаранти[яи] качества|под ключ|выезд (?:мастера|замерщика)",
    r"бесплатн\w+ (?:замер|консультаци)\w*|натяжн\w+ потолк\w*|грузоперевозк\w*|ваканси[яи]\b",
    r"требу(?:ется|ются) (?:водител|продав|менедж|курьер|упаков)\w*",
    r"оплата (?:ежедневно|сразу)|доход от|без опыта|инвестици\w*|крипт\w*|займ\w*|whats ?app|ватсап\w*",
    r"телеграм канал\w*|приворот\w*|гадани\w+|таро\b|порч[ау]\b|ясновид\w*|оптом\b|в наличии\b|цена \d|цены от",
    r"от \d+ ?(?:руб|р\b|₽)|ссылк\w+ в (?:профил|шапк|описани)\w*",
    r"отдам\b|самовывоз\w*|в хорошие руки|торг\b|без вложений|обучение бесплатно|выезд бесплатно|пенсионерам\b",
    r"ремонт стирал\w*|вступа(?:й|йте)\b|мастер класс\w*|тел(?:ефон)? для (?:связи|заказ)\w*",
)
CONTACT = re.compile(r"(?:\+7|\b8)[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}\b|\b\d{2,7} ?(?:руб|₽)")
_OFFERS = re.compile(
    r"\W{0,9}(?:кому нуж\w+|отда[мю]|прода[мю]|сда[мю]|куплю|заработок|подработка|натяжн\w+|скидк\w+|распродажа"
    r"|требуются|ваканси[яи]|ищу работу|грузоперевозки|ремонт (?:стирал|холодил|телевиз|квартир)\w*|доставка)\b"
)
_ADVICE = _any(
    r"(?:пишите|обращайтесь|обратитесь|звоните|жалуйтесь|подавайте|напишите|сходите) (?:\w{1,20} ){0,2}?(?:в|во|на|к) "
    r"(?:прокуратур|роспотреб|администрац|\w{0,12}инспекц|полици|суд|министер|минздрав|президент|губернатор|мэр|приемн"
    r"|управл|депутат|горяч|портал|главе|госуслуг|мчс|фас|гжи|ук\b)",
)
_QUOTE = re.compile('[«»"“”]')
_WITHDRAWN = _any(
    r"вопрос (?:уже )?(?:снимается|снят|закрыт|исчерпан)|(?:уже )?(?:не актуально|неактуально)|аннулир\w+|отзываю",
    r"разобрал(?:ся|ась|ись) сам\w*|уже (?:нашел|нашла|разобрались)",
    after=r"\b",
)
_VOTE = _any(
    r"(?:я )?(?:голосую |проголосовал\w* )?за (?:\d|перв|втор|трет)\w* вариант|инициатива (?:номер )?\d|голосую за",
    after=r"\b",
)
_IDLE = _any(
    r"(?:ха){2,}х?\b|а+ха[ха]*\b|лол\b|ору\b|ржу\b|вау\b|ого\b|ничего себе\b|ну и ну\b|слава (?:богу|нашим)|аминь\b",
    r"царств\w+ небесн\w+|соболезн\w+|(?:дай бог|крепкого|желаю|всем) здоровья|здоровья (?:вам|всем|и)\b|дай бог",
    r"низкий поклон|берегите себя|удачи\b|кто бы сомневался|кто бы говорил|без комментариев|мечтать не вредно",
    r"поживем увидим|сказочник\w*|хохл\w*|либерал\w*|диванн\w+|согласн?[аы]?\b|это точно\b|политик\w*",
    r"опять ругаетесь|не начинайте|не учите жить|вечно вы ноете|хватит (?:ныть|негатива)|вас (?:никто )?не спрашива",
    r"админ(?:ы|истратор)?\b|модератор\w*|насмешил\w*|жиза\b",
)
_PRAISE = _any(
    r"красота|красиво|красавц\w+|круто|класс|супер|огонь|шикарно|прелесть|здорово|отлично|жесть", after=r"\b"
)
_LAUGH = re.compile("[😀-😆😂🤣😁😹]|\\){3,}")
# What an authority could be asked about, and words that deny or repeat; wide on purpose.
_MATTER = re.compile(
    r"\?|\d|\b(?:не|нет|нету|ни|без|никто|никого|ничего|никак|нигде|нельзя|невозможн\w*|опять|снова|тоже|также|так же"
    r"|то же|все еще|пока|уже|до сих пор|надо|нужн\w*|необходимо|хочу|хотел\w*|можно|должн\w*|убер\w+)\b"
    r"|(?:дорог|двор|улиц|дом[аеоу]?\b|дом\b|подъезд|вод[аеуы]\b|свет\b|света|тепл|холод|отоплен|мусор|помойк|свалк|снег|лед\b"
    r"|автобус|маршрут|трамва|транспорт|школ|садик|детс|дет[еия]|больниц|врач|медиц|поликлин|лекарств|пособ|выплат|квитанц"
    r"|тариф|жкх|управля|администрац|власт|чиновник|губернатор|депутат|площадк|парк|сквер|тротуар|фонар|освещен|асфальт"
    r"|собак|запах|вон[ия]|очеред|запис|справк|документ|заявл|обращен|жалоб|ответ|ремонт|крыш|труб|лифт|деньг|зарплат|пенси"
    r"|билет|проезд|останов|мост|переход|светофор|дерев|газ[аоуе]?\b|интернет|связ|почт|полици|скор[аоу]|пожар|опасн|страшн"
    r"|авари|грязн|темн|скольз|ям[аыуе]|луж|пробк|парков|стоянк|река|озер|пляж|кладбищ|аптек|инвалид|субсид|льгот|налог"
    r"|цен[аыу]|штраф|убира|убра|вывез|почин|сдела|чист|включ|выключ|отключ|работа|постро|строи|стройк|ждем|ждать|живем|народ|город|дач[аеи]|посел|деревн)"
)


def offer(folded: str, count: int) -> Span | None:
    """A short text that begins with what it sells or gives away, with another sign of an advert."""
    matches = list(_ADVERT.finditer(folded[:ADVERT_LIMIT])) if count <= IDLE_WORDS and _OFFERS.match(folded) else []
    return _first(matches, "advert") if len({match.group() for match in matches}) > 1 else None


def advert(folded: str, *, linked: bool, least: int = 2) -> Span | None:
    """Three signs of an advert, or `least` beside a link, a telephone or a price."""
    matches = list(_ADVERT.finditer(folded[:ADVERT_LIMIT]))
    signs = len({match.group() for match in matches})
    if signs >= 3 or (signs >= least and (linked or CONTACT.search(folded[:ADVERT_LIMIT]))):
        return _first(matches, "advert")
    return None


def official(folded: str, *, formal: bool = False) -> Span | None:
    """What an official answered somebody; not when the text asks or speaks of its writer.

    `formal`: it greets a person by name and tells of no trouble, which commenters hardly do and officials always.
    """
    if "?" in folded:
        return None
    official_match = _OFFICIAL.search(folded) or (re.match(r".{0,40}", folded) if formal else None)
    if official_match is None:
        return None
    if any(not _OFFICIAL_SELF.fullmatch(match.group()) for match in _SELF.finditer(folded)):
        return None
    return _first([official_match], "official")


def news(folded: str) -> Span | None:
    """A piece of news: two different signs of an editor, and nobody who speaks of himself or asks."""
    matches = list(_NEWS.finditer(folded)) if "?" not in folded else []
    if len({match.group() for match in matches}) < 2 or _SELF.search(_NEWS.sub(" ", folded)):
        return None
    return _first(matches, "news")


def withdrawn(folded: str, count: int) -> Span | None:
    """«Вопрос снят», in a short text. `count` is the number of words, here and below."""
    match = _WITHDRAWN.search(folded) if count <= SHORT and "?" not in folded else None
    return _first([match], "withdrawn") if match else None


def aside(folded: str, count: int) -> Span | None:
    """A vote in a poll, or advice to go to an authority. For texts in which nothing wrong was found."""
    vote = _VOTE.search(folded) if count <= SHORT else None
    if vote:
        return _first([vote], "vote")
    advice = _ADVICE.search(folded)
    if advice and "?" not in folded and not _QUOTE.search(folded) and not _SELF.search(folded):
        return _first([advice], "advice")
    return None


def idle(folded: str, count: int) -> Span | None:
    """A short text with a sign of talk, without anything that an authority could be asked about."""
    # «Не учите жить» denies nothing that matters.
    if count > IDLE_WORDS or _MATTER.search(_IDLE.sub(" ", folded)):
        return None
    match = _IDLE.search(folded)
    if count <= FEW:
        match = match or _LAUGH.search(folded) or _PRAISE.search(folded)
    return _first([match], "talk") if match else None


def _first(matches: list[re.Match[str]], reason: str) -> Span:
    return matches[0].start(), matches[0].end(), reason
