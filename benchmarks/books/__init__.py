"""Books that are not read as they are written: the transcript's anchors against sound alone."""
