"""Rows of another table as one value of a row: a list comes with it, and asks nothing more."""

from typing import Any

from django.db.models import Aggregate, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject


class _Listed(Aggregate):
    function = "jsonb_agg"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, function="json_group_array", **more)


def listed(rows: QuerySet[Any], of: str, *names: str) -> Subquery:
    """To annotate with: those of `rows` whose key `of` leads to the annotated row, as dicts of the columns `names`, in
    no order; None where there are none."""
    mine = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    json_rows = mine.annotate(listed=_Listed(JSONObject(**{name: name for name in names})))
    return Subquery(json_rows.values("listed"), output_field=JSONField())
