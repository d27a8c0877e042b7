"""EPUB: books of pages in an archive, read as text and written with their reading in them."""
