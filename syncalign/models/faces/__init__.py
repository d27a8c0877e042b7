"""Faces in moving pictures: detector, face mesh, tracks; and a way without any download."""

from syncalign.models.faces.finding import DETECTORS, find_faces

__all__ = ["DETECTORS", "find_faces"]
