"""Frames made comparable: the local cost is 1 where two frames have nothing to do with each other.

What counts is how each value differs from its own surroundings and how it changes, not where it
stands: a steady state is like nothing, not even like another one. So silence against silence costs
as much as any two unlike frames, no path gains by running through it, and leaving a frame out on
either side is worth a fixed share of that cost.
"""

from __future__ import annotations

import numpy as np

from syncalign.alignment.warping.local_cost import Floats

#: Frames on either side whose mean is taken for the surroundings; between which a change is taken.
SURROUNDINGS_FRAMES, CHANGE_FRAMES = 25, 2
#: Where frames differ from their surroundings by less than this, in deviations, they fade to
#: nothing.
SOFTNESS = 0.5
#: Cost of leaving out a frame of either side: leaving out two costs less than matching two that
#: have nothing in common; and of each run of them, in frames.
SKIP_PRICE = 0.45
SKIP_ENTRY_FRAMES = 50


def likened(reference: Floats, query: Floats) -> tuple[Floats, Floats]:
    """Return frames whose squared Euclidean distance is 1 minus their similarity.

    Parameters
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        Values of which neither size nor place matters.

    Returns
    -------
    np.ndarray of float64 [shape=(N, 2 * D + 2), (M, 2 * D + 2)]
        The similarity is -1 to 1; 0 wherever either frame is steady.
    """
    sides = []
    for place, side in enumerate((reference, query)):
        values = contrasts(side)
        # What is missing to length 1 lies in a direction of each side's own.
        missing = np.zeros((len(values), 2))
        missing[:, place] = np.sqrt(np.maximum(1 - (values**2).sum(axis=1), 0))
        sides.append(np.hstack([values, missing]) / np.sqrt(2))
    return sides[0], sides[1]


def contrasts(frames: Floats) -> Floats:
    """Return how frames differ from their surroundings and how they change, at length below 1.

    Parameters
    ----------
    frames : np.ndarray of float64 [shape=(N, D)]
        Values.

    Returns
    -------
    np.ndarray of float64 [shape=(N, 2 * D)]
        The scalar product of two of them is their similarity.
    """
    padded = np.pad(frames, ((CHANGE_FRAMES, CHANGE_FRAMES), (0, 0)), mode="edge")
    change = padded[2 * CHANGE_FRAMES :] - padded[: -2 * CHANGE_FRAMES]
    parts = [frames - _surroundings(frames), change]
    # Steady values leave rounding behind, which must not be blown up to look like something.
    noise = 1e-9 * (1 + np.abs(frames).max(initial=0.0))
    values = np.hstack([part / (np.sqrt((part**2).mean()) + noise) for part in parts])
    squares = (values**2).sum(axis=1, keepdims=True)
    return np.asarray(values / np.sqrt(squares + SOFTNESS**2 * values.shape[1]))


def _surroundings(frames: Floats) -> Floats:
    """Return the mean of the frames around each frame."""
    sums = np.concatenate([np.zeros((1, frames.shape[1])), np.cumsum(frames, axis=0)])
    at = np.arange(len(frames))
    first = np.maximum(at - SURROUNDINGS_FRAMES, 0)
    stop = np.minimum(at + SURROUNDINGS_FRAMES + 1, len(frames))
    return np.asarray((sums[stop] - sums[first]) / (stop - first)[:, None])
