"""What is lined up: the words of a text as they are spoken."""
