"""Addresses of «Мои оповещения», of the roster, and of «принял»."""

from django.urls import URLPattern, path

from otklik.desk.alerting import duty, substitution, wishes

urlpatterns: list[URLPattern] = [
    path("my-alerts/", wishes.page, name="my-alerts"),
    path("my-alerts/chat/", wishes.chat, name="my-alerts-chat"),
    path("my-alerts/chat/removal/", wishes.removal, name="my-alerts-chat-removal"),
    path("duty/", duty.page, name="duty"),
    path("duties/<row:pk>/removal/", duty.removal, name="duty-removal"),
    path("incidents/<row:pk>/call/confirmation/", duty.confirmation, name="call-confirmation"),
    path("substitution/", substitution.page, name="substitution"),
    path("substitutions/<row:pk>/agreement/", substitution.agreement, name="substitution-agreement"),
    path("substitutions/<row:pk>/ending/", substitution.ending, name="substitution-ending"),
]
