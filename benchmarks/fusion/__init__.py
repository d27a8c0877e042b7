"""Fusion: which letter or digit somebody says, by voice and mouth."""
