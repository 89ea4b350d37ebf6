"""The desk's addresses: each part of it lists its own. A new verb is a new resource under the noun it changes."""

from django.urls import URLPattern, URLResolver, include, path

from otklik.desk import home, outside, sessions, survey

PARTS = (
    *("rail", "undo", "find", "queue", "selections", "many", "card", "statistics", "map", "behind"),
    *(
        "situation",
        "metrics",
        "reports",
        "agency",
        "approvals",
        "problems",
        "responses",
        "promises",
        "unheard",
        "together",
    ),
    *("bring", "doubt", "undelivered", "health", "alerting", "surges", "control"),
    *("start", "admin", "tour", "practice", "public"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("look/", home.look, name="look"),
    path("s/<str:key>/", survey.survey, name="survey"),
    path("o/<str:key>/", outside.outside, name="outside"),
    path("o/<str:key>/pictures/<row:media_pk>/", outside.picture, name="outside-picture"),
    path("sessions/<row:pk>/ending/", sessions.ending, name="session-ending"),
    path("sessions/others/ending/", sessions.others_ending, name="session-others-ending"),
    *(path("", include(f"otklik.desk.{part}.urls")) for part in PARTS),
]
