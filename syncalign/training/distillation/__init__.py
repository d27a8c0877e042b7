"""Teaching a lip reader what a model that hears knows of clips that nobody has labelled."""
