"""Dynamic time warping: speed, memory and exactness beside other libraries."""
