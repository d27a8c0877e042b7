"""Fusion: which of some classes somebody says, by the voice, the mouth and further facts."""
