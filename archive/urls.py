"""Addresses of the archive."""

from django.urls import path

from archive import code_views, views

app_name = "archive"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("liste/<slug:tab>/", views.record_list, name="list"),
    path("grunnlag/<int:pk>/", views.record, name="record"),
    path("grunnlag/<int:pk>/bekreft/", views.complete, name="complete"),
    path("grunnlag/<int:pk>/ta-tilbake/", views.unconfirm, name="unconfirm"),
    path("eksporter/", views.export, name="export"),
    path("eksport/", views.exports, name="exports"),
    path("eksport/<int:pk>/", views.batch, name="batch"),
    path("eksport/<int:pk>/prov-igjen/", views.try_again, name="try_again"),
    path("eksport/<int:pk>/pakke.zip", views.download, name="download"),
    path("koder/", code_views.settings, name="settings"),
    path("koder/<slug:name>/", code_views.code_list, name="codes"),
    path("koder/<slug:name>/ny/", code_views.code_new, name="code_new"),
    path("koder/<slug:name>/hent/", code_views.code_import, name="code_import"),
    path("kode/<int:pk>/", code_views.code, name="code"),
]
