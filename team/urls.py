"""Addresses for the person's own settings."""

from django.urls import path

from team import views

app_name = "team"
urlpatterns = [
    path("innstillinger/", views.settings, name="settings"),
    path("innstillinger/kommunen/", views.municipality, name="municipality"),
    path("kommune/", views.choose_municipality, name="choose_municipality"),
]
