"""Arrivals, resubmissions, edits by people, rulings, kills and restarts at random, against a simple model."""

from clerks import BOUNDARIES, Clerks
from hypothesis import HealthCheck, settings

TestClerks = Clerks.TestCase
TestClerks.settings = settings(
    max_examples=4, stateful_step_count=10, suppress_health_check=list(HealthCheck), print_blob=False
)


def test_every_boundary_is_a_step_of_the_pass() -> None:
    """The sample may never come to one that has gone."""
    assert [name for owner, name in BOUNDARIES if not callable(getattr(owner, name, None))] == []
