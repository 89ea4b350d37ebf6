"""The desk's addresses. A new verb is a new resource under the noun it changes."""

from django.urls import URLPattern, path, register_converter

from otklik.desk import home, survey
from otklik.desk.agency import page as agency
from otklik.desk.approvals import page as approvals
from otklik.desk.card import answering, delivery, notes, photos, pick, rating
from otklik.desk.card import moves as card_moves
from otklik.desk.card import page as card
from otklik.desk.gate import RowId
from otklik.desk.health import page as health
from otklik.desk.queue import moves as queue_moves
from otklik.desk.queue import page as queue
from otklik.desk.statistics import export
from otklik.desk.statistics import page as statistics

register_converter(RowId, "row")

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("look/", home.look, name="look"),
    path("queue/", queue.queue, name="queue"),
    path("queue/changes/", queue.changes, name="queue-changes"),
    path("incidents/<row:pk>/acceptance/", queue_moves.acceptance, name="incident-acceptance"),
    path("incidents/<row:pk>/noise/", queue_moves.noise, name="incident-noise"),
    path("incidents/<row:pk>/restore/", queue_moves.restore, name="incident-restore"),
    path("incidents/<row:pk>/", card.card, name="incident"),
    path("incidents/<row:pk>/live/", card.live, name="incident-live"),
    path("incidents/<row:pk>/thread/", card.thread, name="incident-thread"),
    path("incidents/<row:pk>/talk/", card.talk, name="incident-talk"),
    path("incidents/<row:pk>/decision/", card.decision, name="incident-decision"),
    path("incidents/<row:pk>/assignment/", card_moves.assignment, name="incident-assignment"),
    path("incidents/<row:pk>/work/", card_moves.work, name="incident-work"),
    path("incidents/<row:pk>/return/", card_moves.giving_back, name="incident-return"),
    path("incidents/<row:pk>/closure/", card_moves.closure, name="incident-closure"),
    path("incidents/<row:pk>/closure-unanswered/", card_moves.closure_unanswered, name="incident-closure-unanswered"),
    path("incidents/<row:pk>/reopening/", card_moves.reopening, name="incident-reopening"),
    path("incidents/<row:pk>/notes/", notes.notes, name="incident-notes"),
    path("incidents/<row:pk>/draft/", answering.draft, name="incident-draft"),
    path("incidents/<row:pk>/submission/", answering.submission, name="incident-submission"),
    path("incidents/<row:pk>/photos/", photos.photos, name="incident-photos"),
    path("incidents/<row:pk>/photo-removal/", photos.photo_removal, name="incident-photo-removal"),
    path("incidents/<row:pk>/pictures/<row:media_pk>/", photos.picture, name="incident-picture"),
    path("answers/<row:pk>/withdrawal/", answering.withdrawal, name="answer-withdrawal"),
    path("answers/<row:pk>/approval/", answering.approval, name="answer-approval"),
    path("answers/<row:pk>/remark/", answering.remark, name="answer-remark"),
    path("answers/<row:pk>/recall/", answering.recall, name="answer-recall"),
    path("answers/<row:pk>/photos/<row:photo_pk>/", photos.photo, name="answer-photo"),
    path("deliveries/<row:pk>/proof/", delivery.proof, name="delivery-proof"),
    path("deliveries/<row:pk>/repeat/", delivery.repeat, name="delivery-repeat"),
    path("ratings/<row:pk>/confirmation/", rating.confirmation, name="rating-confirmation"),
    path("ratings/<row:pk>/dismissal/", rating.dismissal, name="rating-dismissal"),
    path("themes/", pick.themes, name="themes"),
    path("places/", pick.places, name="places"),
    path("agencies/", pick.agencies, name="agencies"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/export.csv", export.export, name="statistics-export"),
    path("agency/", agency.agency, name="agency"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("s/<str:key>/", survey.survey, name="survey"),
    path("health/", health.health, name="health"),
    path("health/accounts/<row:pk>/resumption/", health.resumption, name="account-resumption"),
    path("health/rows/<str:step>/<row:pk>/retry/", health.retry, name="row-retry"),
]
