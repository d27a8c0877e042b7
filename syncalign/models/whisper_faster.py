"""Whisper by faster-whisper: the same network in eight bits, several times as fast on a CPU."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from syncalign.errors import FormatError
from syncalign.models.whisper import (
    RATE,
    Heard,
    Samples,
    check_language,
    check_region,
    chosen_device,
    missing,
    no_folder,
)
from syncalign.timebase import Cue, Segment


class FasterWhisper:
    """A Whisper in CTranslate2: eight bits on a CPU, sixteen on a CUDA device.

    Parameters
    ----------
    path : Path
        A folder of CTranslate2.
    device : {"auto", "cpu", "cuda"}
        Where it runs.

    Raises
    ------
    FormatError
        There is no Whisper at the path.
    DependencyError
        A package or the device is not there.
    """

    backend = "faster-whisper"

    def __init__(self, path: Path, device: str = "auto") -> None:
        try:
            import ctranslate2
            from faster_whisper import WhisperModel
        except ImportError as exc:
            raise missing("faster-whisper") from exc
        # Without its tokenizer the package would download one.
        if not all((path / name).is_file() for name in ("model.bin", "tokenizer.json")):
            raise no_folder(path)
        self.device = chosen_device(device, ctranslate2.get_cuda_device_count() > 0)
        try:
            self._model = WhisperModel(
                str(path),
                device=self.device,
                compute_type="float16" if self.device == "cuda" else "int8",
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as exc:
            raise FormatError(path, "holds no Whisper that faster-whisper takes") from exc
        self.codes = frozenset(self._model.supported_languages)

    def languages(self, samples: Samples) -> Mapping[str, float]:
        """Return the probability of each language by its code, of a region's 30 s at most."""
        if len(self.codes) == 1:
            return {"en": 1.0}
        _, _, odds = self._model.detect_language(np.asarray(samples, np.float32))
        return dict(odds)

    def hear(self, samples: Samples, language: str) -> Heard:
        """Write down a region.

        Parameters and errors are those of :meth:`syncalign.models.whisper.Whisper.hear`.
        """
        from faster_whisper import BatchedInferencePipeline

        check_region(samples)
        check_language(language, self.codes)
        # The pipeline takes each clip once; the model itself would go back to where the last word
        # ends, and write something to the silence behind it.
        segments, _ = BatchedInferencePipeline(self._model).transcribe(
            np.asarray(samples, np.float32),
            language=language,
            beam_size=1,
            temperature=0.0,
            word_timestamps=True,
            without_timestamps=True,
            clip_timestamps=[{"start": 0.0, "end": len(samples) / RATE}],
            batch_size=1,
        )
        found = list(segments)
        if not found:
            return Heard((), 0.0, 1.0, 1.0)
        words = tuple(
            Cue(Segment(word.start, max(word.start, word.end)), word.word, word.probability)
            for segment in found
            for word in segment.words or ()
        )
        return Heard(
            words,
            float(np.mean([segment.avg_logprob for segment in found])),
            float(max(segment.no_speech_prob for segment in found)),
            float(max(segment.compression_ratio for segment in found)),
        )
