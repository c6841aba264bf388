"""Addresses of the guideline's pages."""

from django.urls import path

from guidelines import rule_views, views

app_name = "guidelines"

urlpatterns = [
    path("", views.reader, name="reader"),
    path("regler/", rule_views.policy, name="policy"),
    path("versjon/<int:pk>/plikter/", rule_views.rules, name="rules"),
    path("versjon/<int:pk>/plikter/ny/", rule_views.new_duty, name="new_duty"),
    path("versjon/<int:pk>/plikter/hent/", rule_views.restore, name="restore_duty"),
    path("versjon/<int:pk>/utkast/", rule_views.begin_draft, name="begin_draft"),
    path("versjon/<int:pk>/i-kraft/", rule_views.into_force, name="into_force"),
    path("plikt/<int:pk>/", rule_views.duty, name="duty"),
    path("plikt/<int:pk>/flytt/", rule_views.move, name="move_duty"),
    path("plikt/<int:pk>/fjern/", rule_views.remove, name="remove_duty"),
]
