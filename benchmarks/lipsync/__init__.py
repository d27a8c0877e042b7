"""Lip sync: faces and lips, and how far the sound is from them."""
