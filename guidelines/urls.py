"""Addresses of the guideline's pages."""

from django.urls import path

from guidelines import views

app_name = "guidelines"

urlpatterns = [path("", views.reader, name="reader")]
