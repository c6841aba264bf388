"""Addresses of the archive."""

from django.urls import path

from archive import batch_views, code_views, out_views, receipt_views, views

app_name = "archive"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("liste/<slug:tab>/", views.record_list, name="list"),
    path("liste/<slug:tab>/liste.<slug:kind>", out_views.list_out, name="list_out"),
    path("grunnlag/<int:pk>/sladding/", out_views.redaction, name="redaction"),
    path("grunnlag/<int:pk>/sladdet.pdf", out_views.redacted, name="redacted"),
    path("grunnlag/<int:pk>/", views.record, name="record"),
    path("grunnlag/<int:pk>/bekreft/", views.complete, name="complete"),
    path("grunnlag/<int:pk>/endre/", views.edit, name="edit"),
    path("grunnlag/<int:pk>/les-forseglet/", views.read_sealed, name="read_sealed"),
    path("grunnlag/<int:pk>/stans/", views.hold, name="hold"),
    path("grunnlag/<int:pk>/tillat-sletting/", views.allow_erasing, name="allow_erasing"),
    path("grunnlag/<int:pk>/behold/", views.keep_after_all, name="keep_after_all"),
    path("grunnlag/<int:pk>/ta-tilbake/", views.unconfirm, name="unconfirm"),
    path("eksporter/", batch_views.export, name="export"),
    path("eksport/", batch_views.exports, name="exports"),
    path("eksport/<int:pk>/", batch_views.batch, name="batch"),
    path("eksport/<int:pk>/prov-igjen/", batch_views.try_again, name="try_again"),
    path("eksport/<int:pk>/avbryt/", batch_views.cancel, name="cancel"),
    path("eksport/<int:pk>/pakke.zip", batch_views.download, name="download"),
    path("eksport/<int:pk>/kvitteringer/", receipt_views.bring_in, name="bring_in"),
    path("melding/<int:pk>/", receipt_views.message, name="message"),
    path("melding/<int:pk>/kvittering/", receipt_views.bring_in_for, name="bring_in_for"),
    path("melding/<int:pk>/numre/", receipt_views.type_in, name="type_in"),
    path("koder/", code_views.settings, name="settings"),
    path("koder/<slug:name>/", code_views.code_list, name="codes"),
    path("koder/<slug:name>/ny/", code_views.code_new, name="code_new"),
    path("koder/<slug:name>/hent/", code_views.code_import, name="code_import"),
    path("kode/<int:pk>/", code_views.code, name="code"),
]
