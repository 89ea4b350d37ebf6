"""What the layers below say to people in Russian, for `translated.py` to look up. A test holds this list complete.

What networks say stands in English in their own folders.

`%(name)s` stands where the layer below puts a value of its own.
"""

from django.utils.translation import gettext_noop

SENTENCES = (
    # why an answer cannot be sent on
    gettext_noop("Ответ пуст: напишите текст."),
    gettext_noop("Такой ответ не пишут вручную."),
    gettext_noop("У промежуточного ответа нужна дата: до какого числа будет решение."),
    gettext_noop("Обещанный день уже прошёл: выберите сегодняшний или более поздний."),
    gettext_noop("Обещанный день уже прошёл: верните ответ, пусть выберут сегодняшний или более поздний."),
    gettext_noop("Выберите итог: решено, разъяснено, не решено или отложено."),
    gettext_noop("Эта карточка отвечает вместе с другой. Чтобы ответить здесь, сначала разъедините их."),
    gettext_noop("Ответ получат и другие авторы карточки, а одному из них он так не подойдёт. %(why)s"),
    # personal data in what everybody will see
    gettext_noop("В ответе, который увидят все, номер банковской карты: уберите его."),
    gettext_noop("В ответе, который увидят все, номер паспорта: уберите его."),
    gettext_noop("В ответе, который увидят все, СНИЛС: уберите его."),
    gettext_noop("В ответе, который увидят все, ИНН человека: уберите его."),
    gettext_noop("В ответе, который увидят все, номер квартиры: уберите его."),
    gettext_noop("В ответе, который увидят все, дата рождения: уберите её."),
    # what is known before an answer is written
    gettext_noop("Эта сеть ещё не подключена: опубликуйте ответ вручную."),
    gettext_noop("В этом сообществе гости не отвечают: опубликуйте ответ вручную."),
    gettext_noop("Сеть берёт личный ответ не позже чем через %(hours)s ч после сообщения: опубликуйте его вручную."),
    # what becomes of an approved answer
    gettext_noop("Нет аккаунта, от имени которого можно ответить в этой сети."),
    gettext_noop("Ключ доступа этого аккаунта не действует: обновите его."),
    gettext_noop("Найден такой же ответ, но он дан другому человеку: посмотрите, стоит ли там и этот."),
    gettext_noop("Сеть отказала: %(words)s"),
    gettext_noop("Это не ссылка: нужен адрес вида https://…"),
    gettext_noop("Ссылка ведёт не туда: ждём адрес на %(host)s."),
    gettext_noop("Сообщение внесено вручную, и система не знает его адреса в сети: опубликуйте ответ вручную."),
    # pictures
    gettext_noop("Снимок больше 40 МБ: выберите в камере меньший размер или обрежьте его."),
    gettext_noop("Это не снимок: подходят JPEG, PNG, WebP и HEIC."),
    gettext_noop("Снимок HEIC не читается: откройте его на телефоне и сохраните как JPEG."),
    gettext_noop("Снимок слишком велик: больше 60 мегапикселей."),
    # periods of the figures
    gettext_noop("Такого периода нет: выберите один из списка."),
    gettext_noop("начала"),
    gettext_noop("конца"),
    gettext_noop("Конец периода раньше его начала: поменяйте даты местами."),
    gettext_noop("Этот период ещё не наступил."),
    gettext_noop("Период длиннее пяти лет: возьмите короче."),
    gettext_noop("Дата %(which)s вне разумных пределов: с 2015 по 2099 год."),
    gettext_noop("Не понятна дата %(which)s: нужна дата вида 25.11.2026."),
    # moves of a card
    gettext_noop("не инцидент"),
    gettext_noop("вернуть в очередь"),
    gettext_noop("назначить"),
    gettext_noop("взять в работу"),
    gettext_noop("вернуть: не наше"),
    gettext_noop("отправить на согласование"),
    gettext_noop("отозвать с согласования"),
    gettext_noop("вернуть с замечанием"),
    gettext_noop("согласовать"),
    gettext_noop("отменить согласование"),
    gettext_noop("сеть отказала"),
    gettext_noop("ответ опубликован"),
    gettext_noop("ответ опубликован вместе с другой карточкой"),
    gettext_noop("промежуточный ответ опубликован"),
    gettext_noop("вопрос автору опубликован"),
    gettext_noop("автор уточнил"),
    gettext_noop("автор не уточнил в срок"),
    gettext_noop("вернуться к работе"),
    gettext_noop("открыть снова"),
    gettext_noop("закрыть"),
    gettext_noop("закрыть без ответа"),
)
