"""Addresses of the guideline's pages."""

from django.urls import path

from guidelines.views import confirming, reader, versions

app_name = "guidelines"

urlpatterns = [
    path("", reader.reader, name="reader"),
    path("sammenlign/", reader.compare, name="compare"),
    path("versjoner/", versions.versions, name="versions"),
    path("versjoner/ny/", versions.new_version, name="new_version"),
    path("versjoner/<int:pk>/", reader.version, name="version"),
    path("versjoner/<int:pk>/tekst/", versions.edit_text, name="edit_text"),
    path("versjoner/<int:pk>/sett-i-kraft/", versions.in_force, name="put_in_force"),
    path("lest/", confirming.readers, name="readers"),
    path("lest/inviter/", confirming.invite, name="invite"),
    path("lest/minn/", confirming.remind, name="remind"),
    path("les/<str:token>/", confirming.confirm, name="confirm"),
]
