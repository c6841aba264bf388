"""Addresses of the guideline's pages."""

from django.urls import path

from guidelines import rule_views
from guidelines.views import confirming, reader, versions

app_name = "guidelines"

urlpatterns = [
    path("regler/", rule_views.policy, name="policy"),
    path("versjon/<int:pk>/plikter/", rule_views.rules, name="rules"),
    path("versjon/<int:pk>/plikter/ny/", rule_views.new_duty, name="new_duty"),
    path("versjon/<int:pk>/plikter/hent/", rule_views.restore, name="restore_duty"),
    path("versjon/<int:pk>/utkast/", rule_views.begin_draft, name="begin_draft"),
    path("plikt/<int:pk>/", rule_views.duty, name="duty"),
    path("plikt/<int:pk>/flytt/", rule_views.move, name="move_duty"),
    path("plikt/<int:pk>/fjern/", rule_views.remove, name="remove_duty"),
    path("", reader.reader, name="reader"),
    path("sammenlign/", reader.compare, name="compare"),
    path("versjoner/", versions.versions, name="versions"),
    path("versjoner/ny/", versions.new_version, name="new_version"),
    path("versjoner/<int:pk>/", reader.version, name="version"),
    path("versjoner/<int:pk>/tekst/", versions.edit_text, name="edit_text"),
    path("versjoner/<int:pk>/sett-i-kraft/", versions.in_force, name="put_in_force"),
    path("versjoner/<int:pk>/slett/", versions.delete, name="delete_draft"),
    path("lest/", confirming.readers, name="readers"),
    path("lest/inviter/", confirming.invite, name="invite"),
    path("lest/minn/", confirming.remind, name="remind"),
    path("les/<str:token>/", confirming.confirm, name="confirm"),
]
