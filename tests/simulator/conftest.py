"""Fixtures of the simulator's own tests."""

from tests.simulator_server import simulator, simulator_url

__all__ = ["simulator", "simulator_url"]
