"""The meetings of tests/reliability/meeting.py for a long time; DUCHA_EXAMPLES says how many."""

import os

from hypothesis import HealthCheck, settings
from meeting import Meeting

TestMeetingForLong = Meeting.TestCase
TestMeetingForLong.settings = settings(
    max_examples=int(os.environ.get("DUCHA_EXAMPLES", "150")),
    stateful_step_count=10,
    suppress_health_check=list(HealthCheck),
    derandomize=False,
)
