"""The desk's addresses: each room lists its own. A new verb is a new resource under the noun it changes."""

from django.urls import URLPattern, URLResolver, include, path

from otklik.desk import home, rail, sessions, substitution, tour, wishes

ROOMS = ("operator", "card", "agency", "approver", "head", "citizen", "admin")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("look/", home.look, name="look"),
    path("rail/", rail.rail, name="rail"),
    path("tour/", tour.tour, name="tour"),
    path("tour/seen/", tour.seen, name="tour-seen"),
    path("tour/again/", tour.again, name="tour-again"),
    path("sessions/<row:pk>/ending/", sessions.ending, name="session-ending"),
    path("sessions/others/ending/", sessions.others_ending, name="session-others-ending"),
    path("my-alerts/", wishes.page, name="my-alerts"),
    path("my-alerts/chat/", wishes.chat, name="my-alerts-chat"),
    path("my-alerts/chat/removal/", wishes.removal, name="my-alerts-chat-removal"),
    path("substitution/", substitution.page, name="substitution"),
    path("substitutions/<row:pk>/agreement/", substitution.agreement, name="substitution-agreement"),
    path("substitutions/<row:pk>/ending/", substitution.ending, name="substitution-ending"),
    *(path("", include(f"otklik.desk.{room}.urls")) for room in ROOMS),
]
