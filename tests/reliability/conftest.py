"""The workspace that is to suffer, made once, and what a run makes of it that nobody disturbs."""

import pytest

pytest.register_assert_rewrite("invariants", "killing", "ordeal", "scenario")  # so that they say what they found

from ordeal import ordeal  # noqa: E402

__all__ = ["ordeal"]
