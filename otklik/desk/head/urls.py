"""Addresses of the head's pages."""

from django.urls import URLPattern, path

from otklik.desk.card.press import press
from otklik.desk.head import (
    control,
    export,
    figure_cards,
    metrics,
    new_day,
    promises,
    rating,
    situation,
    statistics,
    surges,
)
from otklik.desk.head import (
    map as figures_map,
)
from otklik.desk.head.problems import page as problems
from otklik.desk.head.problems import statement, verbs
from otklik.desk.head.reports import letterheads, schedules
from otklik.desk.head.reports import page as reports
from otklik.work import cards

urlpatterns: list[URLPattern] = [
    path("situation/", situation.page, name="situation"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/account/", statistics.counted, name="statistics-account"),
    path("statistics/export.csv", export.export, name="statistics-export"),
    path("metrics/", metrics.page, name="metrics"),
    path("metrics/export.csv", metrics.export, name="metrics-export"),
    path("rating/", rating.page, name="rating"),
    path("rating/formula/", rating.formula, name="rating-formula"),
    path("behind/", figure_cards.page, name="behind"),
    path("map/shapes.json", figures_map.shapes, name="map-shapes"),
    path("reports/", reports.page, name="reports"),
    path("reports/file/", reports.file, name="report-file"),
    path("reports/schedules/", schedules.addition, name="report-schedules"),
    path("reports/schedules/<row:pk>/removal/", schedules.removal, name="report-schedule-removal"),
    path("reports/schedules/<row:pk>/leaving/", schedules.leaving, name="report-schedule-leaving"),
    path("reports/letterhead/", letterheads.page, name="report-letterhead"),
    path("reports/letterhead/removal/", letterheads.removal, name="report-letterhead-removal"),
    path("surges/", surges.surges, name="surges"),
    path("surges/<row:pk>/", surges.surge, name="surge"),
    path("surges/<row:pk>/problem/", surges.problem, name="surge-problem"),
    path("watched/", control.watched, name="watched"),
    path("incidents/<row:pk>/watch/", control.watch, name="incident-watch"),
    path("incidents/<row:pk>/watch-release/", press(cards.RELEASE), name="incident-watch-release"),
    path("promises/", promises.page, name="promises"),
    path("promises/due/", promises.due, name="promises-due"),
    path("promises/table/", promises.table, name="promises-table"),
    path("promises/<row:pk>/new-day/", new_day.new_day, name="promise-new-day"),
    path("incidents/<row:pk>/new-day/", new_day.of_card, name="incident-new-day"),
    path("problems/", problems.problems, name="problems"),
    path("problems/<row:pk>/", problems.problem, name="problem"),
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
    path("incidents/<row:pk>/problem/", verbs.problem, name="incident-problem"),
    path("incidents/<row:pk>/problem-removal/", verbs.removal, name="incident-problem-removal"),
]
