"""syncalign."""
