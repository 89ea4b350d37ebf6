"""Addresses of the reports."""

from django.urls import URLPattern, path

from otklik.desk.reports import letterheads, page, schedules

urlpatterns: list[URLPattern] = [
    path("reports/", page.page, name="reports"),
    path("reports/file/", page.file, name="report-file"),
    path("reports/schedules/", schedules.addition, name="report-schedules"),
    path("reports/schedules/<row:pk>/removal/", schedules.removal, name="report-schedule-removal"),
    path("reports/schedules/<row:pk>/leaving/", schedules.leaving, name="report-schedule-leaving"),
    path("reports/letterhead/", letterheads.page, name="report-letterhead"),
    path("reports/letterhead/removal/", letterheads.removal, name="report-letterhead-removal"),
]
