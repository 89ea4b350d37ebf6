"""Addresses of «Согласование»."""

from django.urls import URLPattern, path

from otklik.desk.approver import approvals

urlpatterns: list[URLPattern] = [
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/later/", approvals.later, name="approvals-later"),
    path("approvals/news/", approvals.news, name="approvals-news"),
]
