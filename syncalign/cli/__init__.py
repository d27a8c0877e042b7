"""The command line: one file a command, over the same functions that Python programs call."""
