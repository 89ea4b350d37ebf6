"""Addresses of «Обещания»."""

from django.urls import URLPattern, path

from otklik.desk.promises import moving, page

urlpatterns: list[URLPattern] = [
    path("promises/", page.page, name="promises"),
    path("promises/due/", page.due, name="promises-due"),
    path("promises/table/", page.table, name="promises-table"),
    path("incidents/<row:pk>/new-day/", moving.of_card, name="incident-new-day"),
    path("promises/<row:pk>/new-day/", moving.new_day, name="promise-new-day"),
]
