"""Addresses of «Запуск»."""

from django.urls import URLPattern, path

from otklik.desk.start import pages

urlpatterns: list[URLPattern] = [
    path("admin/start/", pages.start, name="start"),
    path("admin/start/region/", pages.region, name="start-region"),
    path("admin/start/calendar/", pages.calendar, name="start-calendar"),
    path("admin/start/mail/", pages.mail_step, name="start-mail"),
    path("admin/start/network/", pages.network, name="start-network"),
    path("admin/start/<slug:step>/leaving/", pages.leaving, name="start-leaving"),
]
