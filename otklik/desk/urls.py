"""The desk's addresses: each part of it lists its own. A new verb is a new resource under the noun it changes."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from otklik.desk import home, survey
from otklik.desk.gate import RowId

register_converter(RowId, "row")

PARTS = ("undo", "queue", "card", "statistics", "agency", "approvals", "health")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("look/", home.look, name="look"),
    path("s/<str:key>/", survey.survey, name="survey"),
    *(path("", include(f"otklik.desk.{part}.urls")) for part in PARTS),
]
