"""Learned parts: streams and features in, features out."""
