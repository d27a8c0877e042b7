"""The text benchmark: how well a text is placed on a recording of it, beside other tools."""
