"""Benchmarks: one claim each, peers side by side in the same run."""
