"""Runs one of the judges with Django ready, in a process of its own: `inside NAME ARGUMENT...` calls its `main`."""

import importlib
import sys

import django

django.setup()
importlib.import_module(f"benchmarks.reliability.{sys.argv[1]}").main(*sys.argv[2:])
