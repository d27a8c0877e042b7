"""Lip-sync: how well a mouth fits a sound at every offset, and what that is worth."""
