"""Addresses of a card and of everything that hangs on it: a verb is a resource under its noun."""

from django.urls import URLPattern, path

from otklik.desk.card import answering, delivery, moves, notes, page, photos, pick, rating

urlpatterns: list[URLPattern] = [
    path("incidents/<row:pk>/", page.card, name="incident"),
    path("incidents/<row:pk>/live/", page.live, name="incident-live"),
    path("incidents/<row:pk>/thread/", page.thread, name="incident-thread"),
    path("incidents/<row:pk>/talk/", page.talk, name="incident-talk"),
    path("incidents/<row:pk>/decision/", page.decision, name="incident-decision"),
    path("incidents/<row:pk>/assignment/", moves.assignment, name="incident-assignment"),
    path("incidents/<row:pk>/work/", moves.work, name="incident-work"),
    path("incidents/<row:pk>/return/", moves.giving_back, name="incident-return"),
    path("incidents/<row:pk>/closure/", moves.closure, name="incident-closure"),
    path("incidents/<row:pk>/closure-unanswered/", moves.closure_unanswered, name="incident-closure-unanswered"),
    path("incidents/<row:pk>/reopening/", moves.reopening, name="incident-reopening"),
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
]
