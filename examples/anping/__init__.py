"""The fictional 安平市: demo, documentation and test in one."""
