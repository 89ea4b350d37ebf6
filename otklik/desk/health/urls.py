"""Addresses of «Состояние»."""

from django.urls import URLPattern, path

from otklik.desk.health import page

urlpatterns: list[URLPattern] = [
    path("health/", page.health, name="health"),
    path("health/accounts/<row:pk>/resumption/", page.resumption, name="account-resumption"),
    path("health/rows/<str:step>/<row:pk>/retry/", page.retry, name="row-retry"),
]
