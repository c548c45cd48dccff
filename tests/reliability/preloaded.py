"""What the forkserver imports once for all the processes that are to suffer, and what it spares them.

Reading schema.yaml and unpacking workbooks is most of a small pass and none of what these tests are about.
"""

import gc
import tempfile  # noqa: F401
from functools import cache

import invariants  # noqa: F401
import scenario

import ledger.schema.load
import ledger.scoring  # with pandas
import sync.reading.contents
import sync.reading.read
import sync.watching.settled
import sync.watching.watch
import sync.workspace
from ledger.schema.settings import with_value
from sync.workspace import default_schema

sync.watching.settled.SETTLED = sync.watching.watch.SETTLED = 0.0  # what lies in the scenario's inbox is whole
ledger.schema.load.compose = cache(ledger.schema.load.compose)  # type: ignore[attr-defined]
sync.workspace.load_schema = cache(sync.workspace.load_schema)  # type: ignore[assignment]
for text in (default_schema(), with_value(default_schema(), *scenario.SETTING)):
    sync.workspace.load_schema(text)
gc.disable()
