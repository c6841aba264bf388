"""Addresses of the whole house."""

from django.urls import include, path
from django.views.generic import RedirectView

from socialdesk import views

urlpatterns = [
    path("", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("konto/", include("allauth.account.urls")),
    path("sprak/", include("django.conf.urls.i18n")),
    path("", include("team.urls")),
    path("", include("inbox.urls")),
    path("arkiv/", include("archive.urls")),
    path("retningslinjer/", include("guidelines.urls")),
    path("innstillinger/e-post/", include("notices.urls")),
    path("favicon.ico", RedirectView.as_view(url="/static/img/favicon.svg", permanent=True)),
]

handler500 = "socialdesk.views.server_error"
