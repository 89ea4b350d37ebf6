"""Addresses of «Проблемы»: a verb is a resource under its noun."""

from django.urls import URLPattern, path

from otklik.desk.problems import card, page, statement, verbs

urlpatterns: list[URLPattern] = [
    path("problems/", page.problems, name="problems"),
    path("problems/<row:pk>/", page.problem, name="problem"),
    path("problems/<row:pk>/confirmation/", verbs.confirmation, name="problem-confirmation"),
    path("problems/<row:pk>/rejection/", verbs.rejection, name="problem-rejection"),
    path("problems/<row:pk>/title/", verbs.title, name="problem-title"),
    path("problems/<row:pk>/addition/", verbs.addition, name="problem-addition"),
    path("problems/<row:pk>/split/", verbs.split, name="problem-split"),
    path("problems/<row:pk>/merge/", verbs.merge, name="problem-merge"),
    path("problems/<row:pk>/fix/", verbs.fix, name="problem-fix"),
    path("problems/<row:pk>/unfix/", verbs.unfix, name="problem-unfix"),
    path("problems/<row:pk>/ending/", verbs.ending, name="problem-ending"),
    path("problems/<row:pk>/statement/", statement.statement, name="problem-statement"),
    path("problems/statements/<row:pk>/", statement.one, name="statement"),
    path("problems/statements/<row:pk>/approval/", statement.approval, name="statement-approval"),
    path("problems/statements/<row:pk>/remark/", statement.remark, name="statement-remark"),
    path("problems/statements/<row:pk>/withdrawal/", statement.withdrawal, name="statement-withdrawal"),
    path("problems/statements/<row:pk>/recall/", statement.recall, name="statement-recall"),
    path("incidents/<row:pk>/problem/", card.problem, name="incident-problem"),
    path("incidents/<row:pk>/problem-removal/", card.removal, name="incident-problem-removal"),
]
