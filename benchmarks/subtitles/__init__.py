"""Subtitle sync: material, perturbations, scoring, peers and the table."""
