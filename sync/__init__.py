"""Workbooks out and in: handing out, taking in, the journal, and the master."""
