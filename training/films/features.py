"""Frames -> unit vectors whose cosine is their similarity. Classical features need no model."""

from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from training.films.clip_frames import Frames, small

Vectors = NDArray[np.float32]
"""[frames, features] float32, each of length 1."""
_SIDE = 96
_BINS, _ANGLES = 8, 18
_CENTRE = 0.62
"""Radius of the ellipse in the middle that counts as the subject, as a share of half the sides."""


class Features(Protocol):
    method: str

    def of(self, frames: Frames) -> Vectors: ...


class ClassicalFeatures:
    """Histograms of colours (CIE Lab) and of edge directions (Dalal and Triggs, 2005), without
    positions.

    `part`: the middle of the picture, where a subject mostly is, or the area around it. The meaning
    of a picture does not count: a red car and a red dress are alike.
    """

    def __init__(self, part: Literal["middle", "around"]) -> None:
        self._middle = part == "middle"
        where = "the middle" if self._middle else "the edge"
        self.method = f"classical: colours and directions of edges at {where} of the picture"

    def of(self, frames: Frames) -> Vectors:
        return np.stack([self._vector(small(frame, _SIDE)) for frame in frames])

    def _vector(self, frame: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = frame.shape[:2]
        y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
        inside = (x**2 + y**2 <= _CENTRE**2) == self._middle
        # Square roots of shares, whose dot product is the Bhattacharyya coefficient: 1 for equal
        # histograms.
        colours, edges = np.sqrt(_colours(frame, inside)), np.sqrt(_edges(frame, inside))
        return np.concatenate([colours, edges]).astype(np.float32) / np.float32(np.sqrt(2))


def _colours(frame: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    pixels = cv2.cvtColor(frame, cv2.COLOR_RGB2LAB)[inside].astype(np.float64)
    counts, _ = np.histogramdd(pixels, bins=_BINS, range=[(0, 256)] * 3)
    for axis in range(3):
        # Smoothed, so that a little more light does not move everything to another bin.
        around = np.pad(counts, [(1, 1) if a == axis else (0, 0) for a in range(3)], mode="edge")
        parts = [np.take(around, range(s, s + _BINS), axis) for s in range(3)]
        counts = (parts[0] + 2 * parts[1] + parts[2]) / 4
    return (counts / max(counts.sum(), 1e-9)).ravel()


def _edges(frame: NDArray[np.uint8], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)
    dx, dy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    strength = np.hypot(dx, dy)[inside]
    angle = (np.arctan2(dy, dx)[inside] % np.pi / np.pi * _ANGLES).astype(int) % _ANGLES
    total = np.bincount(angle, weights=strength, minlength=_ANGLES).astype(np.float64)
    if not total.any():
        # Without an edge all directions count equally.
        total[:] = 1
    return total / total.sum()


def unit(vectors: NDArray[np.generic]) -> Vectors:
    found = vectors.astype(np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-9)
