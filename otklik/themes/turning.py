"""A new version of the classifier: kept until its day, then put in force at one stroke.

Nothing is deleted. A theme that goes on stays its row, under its new name and group; one that has no place in the new
version is retired on the day, as by hand; what is meant for the future of a theme that ends in another one (rules,
templates, norms) goes over to that one. Cards keep the theme that they have.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Model, OneToOneField, QuerySet
from django.utils import timezone

from otklik.journal import book
from otklik.lib.refusal import Refused
from otklik.themes.keeping import current, difference, in_force
from otklik.themes.models import Classifier, Theme, ThemeGroup

FIELDS = ("name", "code", "subgroup", "description", "kind", "severity", "fast_track", "keywords")
"""The columns that a version says of a theme. A theme that is changed before its day keeps what the version is silent
about."""
ACTOR = "machine:themes"
Plan = Mapping[str, Any]


def keep(version: str, day: date, plan: Plan, by: str, today: date, at: datetime) -> Classifier:
    """Told again before its day, a version is told anew. Both days are local ones.

    `plan` is {"groups": [{"pk" or None, "code", "name"}], "themes": [{"pk" or None, "group": place in groups, "merged":
    ids, and what is said of TOLD}], "dropped": ids}. Raises Refused "past" for a day before today, "begun" for a
    version in force, "other" when another one waits for its day.
    """
    if day < today:
        raise Refused("past")
    with book.turn():
        here = Classifier.objects.filter(version=version).first()
        if here is not None and here.begun:
            raise Refused("begun")
        if waiting().exclude(version=version).exists():
            raise Refused("other")
        here = here or Classifier(version=version)
        here.in_force_from, here.plan = day, dict(plan)
        here.save()
        data = {"on": day.isoformat(), **_sizes(plan)}
        book.write(at=at, actor=by, verb="classifier.plan", subject=f"classifier:{here.pk}", data=data)
    return here


def cancel(version: str, by: str, at: datetime) -> None:
    """Raises Refused "late": no such version waits."""
    with book.turn():
        here = waiting().filter(version=version).first()
        if here is None:
            raise Refused("late")
        book.write(at=at, actor=by, verb="classifier.cancel", subject=f"classifier:{here.pk}")
        here.delete()


def waiting() -> QuerySet[Classifier]:
    return Classifier.objects.exclude(plan={})


def begin_due(at: datetime) -> None:
    """Whatever version's day has come, by the region's clock."""
    for here in waiting().filter(in_force_from__lte=timezone.localdate(at)):
        begin(here.pk, at)


def begin(pk: int, at: datetime) -> bool:
    """False when somebody else has just done it. One transaction: nobody sees half of a classifier."""
    with book.turn():
        here = Classifier.objects.select_for_update().get(pk=pk)
        if here.begun:
            return False
        _Turn(here, at).do()
        sizes = _sizes(here.plan)
        Classifier.objects.filter(pk=pk).update(plan={})
        data = {"on": here.in_force_from.isoformat(), **sizes}
        book.write(at=at, actor=ACTOR, verb="classifier.begin", subject=f"classifier:{pk}", data=data)
    return True


def followers() -> Iterator[tuple[type[Model], str]]:
    """(model, column) of whatever is meant for the future of a theme, in all layers above: they mark themselves."""
    for relation in Theme._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and getattr(model, "FOLLOWS_THEME", False):
            yield model, relation.field.name


class _Turn:
    def __init__(self, here: Classifier, at: datetime) -> None:
        self.here, self.at, self.plan = here, at, here.plan
        self.lines: list[book.Line] = []

    def do(self) -> None:
        groups = [self._group(planned_group) for planned_group in self.plan["groups"]]
        rows = {one.pk: one for one in Theme.objects.filter(pk__in=list(self._named()))}
        fresh: list[Theme] = []
        for planned_theme in self.plan["themes"]:
            row = rows.get(planned_theme["pk"])
            if row is None:
                row = Theme()
                fresh.append(row)
            elif self._differs(row, planned_theme, groups):
                self._line("theme.edit", row.pk, {"version": self.here.pk}, _words(row, planned_theme))
            _tell(row, planned_theme, groups)
        ended = self._ended(rows)
        Theme.objects.bulk_update(rows.values(), [*FIELDS, "group", "retired_on"], batch_size=100)
        Theme.objects.bulk_create(fresh)
        for row in fresh:
            self._line("theme.add", row.pk, {"group": row.group_id, "version": self.here.pk})
        for pk in ended:
            self._line("theme.retire", pk, {"on": self.here.in_force_from.isoformat(), "version": self.here.pk})
        self._follow()
        book.write_all(self.lines)

    def _named(self) -> Iterator[int]:
        for planned_theme in self.plan["themes"]:
            yield from (pk for pk in (planned_theme["pk"], *planned_theme["merged"]) if pk)
        yield from self.plan["dropped"]

    def _group(self, planned_group: Mapping[str, Any]) -> ThemeGroup:
        if planned_group["pk"] is None:
            return ThemeGroup.objects.create(
                classifier=self.here, code=planned_group["code"], name=planned_group["name"]
            )
        row = ThemeGroup.objects.get(pk=planned_group["pk"])
        if row.name != planned_group["name"]:
            row.name = planned_group["name"]
            row.save(update_fields=["name"])
        return row

    def _differs(self, row: Theme, planned_theme: Mapping[str, Any], groups: Sequence[ThemeGroup]) -> bool:
        fields = {name: planned_theme[name] for name in FIELDS if name in planned_theme}
        moved = row.group_id != groups[planned_theme["group"]].pk
        return moved or row.retired_on is not None or any(getattr(row, name) != value for name, value in fields.items())

    def _ended(self, rows: Mapping[int, Theme]) -> list[int]:
        """Those that were retired by hand in the meantime stay as they are."""
        merged = [pk for planned_theme in self.plan["themes"] for pk in planned_theme["merged"]]
        day = self.here.in_force_from
        ended = [pk for pk in (*merged, *self.plan["dropped"]) if pk in rows and _lasts(rows[pk], day)]
        for pk in ended:
            rows[pk].retired_on = day
        return ended

    def _follow(self) -> None:
        for planned_theme in self.plan["themes"]:
            for pk in planned_theme["merged"]:
                moved = {}
                for model, column in followers():
                    moved[model._meta.model_name or ""] = _hand_over(model, column, pk, planned_theme["pk"])
                if any(moved.values()):
                    self._line("theme.merge", pk, {"into": planned_theme["pk"], **moved})

    def _line(self, verb: str, pk: int, data: Mapping[str, Any], words: str = "") -> None:
        self.lines.append(book.Line(self.at, ACTOR, verb, f"theme:{pk}", data=data, words=words))


def _tell(row: Theme, planned_theme: Mapping[str, Any], groups: Sequence[ThemeGroup]) -> None:
    for name in FIELDS:
        if name in planned_theme:
            setattr(row, name, planned_theme[name])
    row.group = groups[planned_theme["group"]]
    row.retired_on = None


def _words(row: Theme, planned_theme: Mapping[str, Any]) -> str:
    """As a change by hand is told: the old name is found there alone."""
    was = current(row)
    return difference(
        was, replace(was, name=planned_theme["name"], keywords=tuple(planned_theme.get("keywords", was.keywords)))
    )


def _lasts(theme: Theme, day: date) -> bool:
    return theme.retired_on is None or theme.retired_on > day


def _hand_over(model: type[Model], column: str, pk: int, into: int) -> int:
    """What only one of its kind may have stays behind where the other theme has its own."""
    rows = model._default_manager.filter(**{column: pk})
    if (
        isinstance(model._meta.get_field(column), OneToOneField)
        and model._default_manager.filter(**{column: into}).exists()
    ):
        return 0
    return rows.update(**{column: into})


def losing(themes: Iterable[int], groups: Iterable[int]) -> list[Model]:
    """Rules, templates, norms of themes that go on in nothing, and of groups with no theme left."""
    rows: list[Model] = []
    for model, column in followers():
        rows += model._default_manager.filter(**{f"{column}__in": list(themes)}).order_by("pk")
        if any(one.name == "group" for one in model._meta.fields):
            rows += model._default_manager.filter(group__in=list(groups)).order_by("pk")
    return rows


def themes_now(today: date) -> list[Theme]:
    """Those in force on that local day, with their groups, in the order of the names."""
    themes = Theme.objects.filter(in_force(today)).select_related("group")
    return list(themes.order_by("group__name", "name", "pk"))


def _sizes(plan: Plan) -> dict[str, int]:
    themes = plan["themes"]
    return {
        "themes": len(themes),
        "new": sum(planned_theme["pk"] is None for planned_theme in themes),
        "merged": sum(len(planned_theme["merged"]) for planned_theme in themes),
        "dropped": len(plan["dropped"]),
    }
