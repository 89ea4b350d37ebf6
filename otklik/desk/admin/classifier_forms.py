"""Forms of a theme: what it is called and means, by which words it is known, its code, the day it goes."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.fields import Day, Words, choice, tick
from otklik.desk.admin.forms import Line, Pick
from otklik.desk.admin.late import Seen
from otklik.themes import keywords
from otklik.themes.keeping import Told, seen
from otklik.themes.models import Theme, ThemeGroup

MOST_TEXT = 4000
MOST_CODE = 80
SEVERITIES = (
    (1, gettext_lazy("1: пустяк, подождёт")),
    (2, gettext_lazy("2: обычное")),
    (3, gettext_lazy("3: заметно мешает жить")),
    (4, gettext_lazy("4: авария")),
    (5, gettext_lazy("5: опасно для жизни")),
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Keywords(Words):
    """Words and phrases with commas or on lines of their own: in lower case, «е» for «ё», each once."""

    def __init__(self) -> None:
        hint = gettext_lazy("Через запятую, в каждом до трёх слов. По ним машина узнаёт тему, падежи она знает сама.")
        super().__init__(gettext_lazy("Ключевые слова"), MOST_TEXT, required=False, rows=6, hint=hint)

    def clean(self, value: Any) -> tuple[str, ...]:
        text: str = super().clean(value)
        try:
            return keywords.split(text)
        except keywords.TooMany:
            raise forms.ValidationError(_("Слишком много: не больше %d слов и выражений.") % keywords.MOST) from None
        except keywords.TooLong as long:
            shown = str(long)[: keywords.MOST_LETTERS]
            raise forms.ValidationError(
                _("Слишком длинно: «%s». Оставьте до трёх слов или поставьте запятую.") % shown
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Commas and case say nothing; whatever stands may be longer than what may be typed now."""
        try:
            return self.clean(data) != self.clean(initial)
        except forms.ValidationError:
            return True


class ThemeForm(forms.Form):
    """A theme as it stands, or a new one. `seen` carries what the editor saw when he opened the page."""

    kept = ("name", "kind", "severity", "fast_track", "keywords", "seen")

    def __init__(self, data: Any, here: Theme | None = None) -> None:
        super().__init__(data, initial=_stands(here) if here else {"kind": Theme.Kind.SOLVABLE, "severity": 2})
        self.fields["name"] = Line(_("Название"), 250)
        self.fields["kind"] = choice(_("Вид"), Theme.Kind.choices, _("Его предложат для карточек с этой темой."))
        self.fields["severity"] = choice(
            _("Тяжесть"), SEVERITIES, _("С неё машина начинает, когда решает, что срочно.")
        )
        self.fields["fast_track"] = tick(_("Фасттрек"), _("Отвечать по короткому сроку."))
        self.fields["keywords"] = Keywords()
        self.fields["seen"] = Seen()

    def told(self) -> Told:
        """What was typed, as values; only when the form is valid."""
        typed = self.cleaned_data
        return Told(typed["name"], typed["kind"], int(typed["severity"]), typed["fast_track"], typed["keywords"])


def _stands(here: Theme) -> dict[str, Any]:
    return {
        "name": here.name,
        "kind": here.kind,
        "severity": here.severity,
        "fast_track": here.fast_track,
        "keywords": ", ".join(here.keywords),
        "seen": seen(here),
    }


class NewThemeForm(ThemeForm):
    """A theme in a group. Its code begins with the group's, as all codes of the classifier do."""

    field_order = ("group", "name", "code")

    def __init__(self, data: Any, groups: dict[int, ThemeGroup], group: int = 0) -> None:
        super().__init__(data)
        self.groups = groups
        offered = [("", _("выберите")), *((pk, one.name) for pk, one in groups.items())]
        self.fields["group"] = Pick(_("Группа"), offered, True)
        self.initial["group"] = group or None
        hint = _("Латинскими буквами, например pesok-vo-dvore. Потом не меняется: по коду темы сверяют выгрузки.")
        self.fields["code"] = Line(_("Код"), MOST_CODE, hint=hint)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """`code` becomes the whole code; who typed it whole is understood as well."""
        told = super().clean() or self.cleaned_data
        group = self.groups.get(told.get("group") or 0)
        if group is None or "code" not in told:
            return told
        own = told["code"].lower().removeprefix(f"{group.code}.")
        if not _SLUG.fullmatch(own):
            self.add_error("code", _("Так не подойдёт: только латинские буквы, цифры и дефис между ними."))
        elif len(whole := f"{group.code}.{own}") > MOST_CODE:
            self.add_error("code", _("Слишком длинно вместе с кодом группы: не больше %d знаков.") % MOST_CODE)
        else:
            told["code"] = whole
        return told


class RetirementForm(forms.Form):
    """`today` is the first day that may be chosen."""

    on = Day(gettext_lazy("С какого дня"), required=True, hint=gettext_lazy("В этот день тему уже не предложат."))

    def __init__(self, data: Any, today: date, here: Theme) -> None:
        super().__init__(data, initial={"on": here.retired_on or today})
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("Этот день уже прошёл. Выберите сегодняшний или любой позже."))
        return on
