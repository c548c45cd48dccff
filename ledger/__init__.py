"""The trade, pure: tasks, periods, roster, checks and merge, without files or screens."""
