"""Addresses of «Управление», and of the one-time link that its people are invited by."""

from django.urls import URLPattern, path

from otklik.desk.admin import acts, agencies, frame, invitation, journal, leaving, people, rules, trial

urlpatterns: list[URLPattern] = [
    path("admin/", frame.home, name="admin-home"),
    path("admin/people/", people.people, name="admin-people"),
    path("admin/people/invitation/", people.invitation, name="admin-people-invitation"),
    path("admin/people/<row:pk>/", people.person, name="admin-person"),
    path("admin/people/<row:pk>/names/", people.names, name="admin-person-names"),
    path("admin/people/<row:pk>/blocking/", acts.blocking, name="admin-person-blocking"),
    path("admin/people/<row:pk>/unblocking/", acts.unblocking, name="admin-person-unblocking"),
    path("admin/people/<row:pk>/link/", acts.link, name="admin-person-link"),
    path("admin/people/<row:pk>/second-factor/", acts.second_factor, name="admin-person-second-factor"),
    path("admin/people/<row:pk>/grants/", acts.grants, name="admin-person-grants"),
    path("admin/grants/<row:pk>/removal/", acts.grant_removal, name="admin-grant-removal"),
    path("admin/people/<row:pk>/handover/", leaving.handover, name="admin-person-handover"),
    path("admin/agencies/", agencies.agencies, name="admin-agencies"),
    path("admin/agencies/addition/", agencies.addition, name="admin-agency-addition"),
    path("admin/agencies/<row:pk>/", agencies.agency, name="admin-agency"),
    path("admin/agencies/<row:pk>/parent/", agencies.parent, name="admin-agency-parent"),
    path("admin/agencies/<row:pk>/closing/", agencies.closing, name="admin-agency-closing"),
    path("admin/agencies/<row:pk>/reopening/", agencies.reopening, name="admin-agency-reopening"),
    path("admin/rules/", rules.rules, name="admin-rules"),
    path("admin/rules/addition/", rules.addition, name="admin-rule-addition"),
    path("admin/rules/trial/", trial.trial, name="admin-rule-trial"),
    path("admin/rules/<row:pk>/", rules.rule, name="admin-rule"),
    path("admin/rules/<row:pk>/ending/", rules.ending, name="admin-rule-ending"),
    path("admin/rules/<row:pk>/removal/", rules.removal, name="admin-rule-removal"),
    path("admin/journal/", journal.journal, name="admin-journal"),
    path("admin/journal/export/", journal.export, name="admin-journal-export"),
    path("admin/journal/chain/", journal.chain, name="admin-journal-chain"),
    path("accounts/invitation/<row:pk>/<str:token>/", invitation.invitation, name="invitation"),
]
