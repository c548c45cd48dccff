"""Arrivals, resubmissions, edits by people, rulings, kills and restarts at random, against a simple model."""

from clerks import Clerks
from hypothesis import HealthCheck, settings

TestClerks = Clerks.TestCase
TestClerks.settings = settings(
    max_examples=4, stateful_step_count=10, suppress_health_check=list(HealthCheck), print_blob=False
)
