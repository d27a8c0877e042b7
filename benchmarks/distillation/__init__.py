"""What a teacher that hears is worth to a lip reader with few labels."""
