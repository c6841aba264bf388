"""Addresses of the whole house."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from socialdesk import views

urlpatterns = [
    path("", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("konto/", include("allauth.account.urls")),
    path("sprak/", login_not_required(set_language), name="set_language"),
    path("drift/", views.workers, name="workers"),
    path("tilgjengelighet/", views.accessibility, name="accessibility"),
    path("", include("team.urls")),
    path("", include("inbox.urls")),
    path("arkiv/", include("archive.urls")),
    path("retningslinjer/", include("guidelines.urls")),
    path("innstillinger/e-post/", include("notices.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/img/favicon.svg", permanent=True)),
]

handler500 = "socialdesk.views.server_error"
