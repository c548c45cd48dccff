"""The clerks of tests/reliability/clerks.py for a long time; DUCHA_EXAMPLES says how many lives they live."""

import os

from clerks import Clerks
from hypothesis import HealthCheck, settings

TestClerksForLong = Clerks.TestCase
TestClerksForLong.settings = settings(
    max_examples=int(os.environ.get("DUCHA_EXAMPLES", "150")),
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
    derandomize=False,
)
