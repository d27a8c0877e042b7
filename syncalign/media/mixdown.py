"""One channel at one sample rate, from whatever was decoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler
    from av.filter import Graph

_Samples = npt.NDArray[np.float32]

# Weights of swresample's own mixing matrix, which is then divided by its sum so that nothing can
# clip: stereo is (L + R) / 2; with a centre, where films keep the dialogue, C / 2 + (L + R) / 4.
# Surround and bass channels carry music and effects only.
_MIX = {
    "center_mix_level": "1.0",
    "surround_mix_level": "0.0",
    "lfe_mix_level": "0.0",
    "rematrix_maxval": "1.0",
}


class Mixdown:
    """Turns the frames of one uninterrupted run of sound into float32 samples of one channel.

    Parameters
    ----------
    rate : int
        Samples per second to give out. The first sample given out is at the time of the first
        one taken in; the filter's own delay is compensated.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._mixer: AudioResampler | None = None
        self._average: Graph | None = None
        self._resampler: AudioResampler | None = None

    def convert(self, frame: AudioFrame) -> list[_Samples]:
        """Take a frame; give out what is ready."""
        return self._resampled(self._mixed(frame))

    def finish(self) -> list[_Samples]:
        """Give out what the filter still holds."""
        return [] if self._resampler is None else self._resampled([None])

    def _mixed(self, frame: AudioFrame) -> list[AudioFrame]:
        # A step of its own: swresample would resample every channel first, and mix the results
        # (measured: more than twice the time for six channels, a third more for two).
        from av import AudioResampler, FFmpegError

        if self._average is not None:
            return [_pass(self._average, frame)]
        if self._mixer is not None:
            return self._mixer.resample(frame)
        self._mixer = AudioResampler("fltp", "mono", frame.sample_rate, options=_MIX)
        try:
            return self._mixer.resample(frame)
        except FFmpegError:
            # No matrix is known for channels without names: they count alike.
            self._average = _average(frame)
            return [_pass(self._average, frame)]

    def _resampled(self, mixed: Sequence[AudioFrame | None]) -> list[_Samples]:
        from av import AudioResampler

        if self._resampler is None:
            self._resampler = AudioResampler("fltp", "mono", self._rate)
        return [_values(out) for frame in mixed for out in self._resampler.resample(frame)]


def _average(frame: AudioFrame) -> Graph:
    from av.filter import Graph

    graph = Graph()
    channels = frame.layout.nb_channels
    weights = "+".join(f"{1 / channels}*c{n}" for n in range(channels))
    source = graph.add(
        "abuffer",
        sample_rate=str(frame.sample_rate),
        sample_fmt=frame.format.name,
        channel_layout=frame.layout.name,
        time_base=f"1/{frame.sample_rate}",
    )
    graph.link_nodes(source, graph.add("pan", f"mono|c0={weights}"), graph.add("abuffersink"))
    graph.configure()
    return graph


def _pass(graph: Graph, frame: AudioFrame) -> AudioFrame:
    from av import AudioFrame

    graph.push(frame)
    mixed = graph.pull()
    assert isinstance(mixed, AudioFrame)
    return mixed


def _values(frame: AudioFrame) -> _Samples:
    return np.frombuffer(memoryview(frame.planes[0]), np.float32, frame.samples)
