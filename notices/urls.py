"""Addresses of the outbox."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:pk>/send-igjen/", views.send_again, name="send_again"),
    path("<int:pk>/kom-fram/", views.arrived, name="arrived"),
    path("<int:pk>/stopp/", views.cancel, name="cancel"),
]
