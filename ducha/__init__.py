"""The command line of 督查台账."""
