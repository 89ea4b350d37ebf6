"""Addresses of «Согласование»."""

from django.urls import URLPattern, path

from otklik.desk.approvals import page

urlpatterns: list[URLPattern] = [
    path("approvals/", page.approvals, name="approvals"),
    path("approvals/later/", page.later, name="approvals-later"),
    path("approvals/news/", page.news, name="approvals-news"),
]
