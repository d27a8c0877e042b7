"""Signals."""
TRUSTED, WORTH_SHOWING = 0.8, 0.3
