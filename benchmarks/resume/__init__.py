"""Runs that are killed again and again, beside one that is not."""
