"""Whisper by openai-whisper's network in PyTorch, on any device; word times by our own path."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from syncalign.errors import FormatError, ParameterError
from syncalign.models.attention_times import FRAME_RATE, token_starts
from syncalign.models.whisper import (
    RATE,
    Heard,
    Samples,
    check_language,
    check_region,
    chosen_device,
    missing,
)
from syncalign.models.whisper_weights import WhisperWeights, read_whisper
from syncalign.timebase import Cue, Segment

#: A word's text, and its tokens ``first <= n < stop``.
_Group = tuple[str, int, int]

_SAMPLES_PER_FRAME = RATE // FRAME_RATE
#: These belong to the word before them if no blank parts them, and those to the word behind.
_CLOSING, _OPENING = frozenset("\"'.。,，!！?？:：;”)]}、…"), frozenset("\"'“¿¡([{-")


class TorchWhisper:
    """A Whisper in PyTorch, in single precision on every device.

    Parameters
    ----------
    path : Path
        What :func:`syncalign.models.whisper_weights.read_whisper` takes, or openai-whisper's
        ``.pt``.
    device : {"auto", "cpu", "cuda"}
        Where it runs.

    Raises
    ------
    FormatError
        There is no Whisper at the path.
    DependencyError
        A package or the device is not there.
    """

    backend = "whisper"

    def __init__(self, path: Path, device: str = "auto") -> None:
        try:
            import torch
            import whisper
        except ImportError as exc:
            raise missing("openai-whisper") from exc
        self.device = chosen_device(device, torch.cuda.is_available())
        network = (
            _from_checkpoint(path) if path.suffix == ".pt" else _built(read_whisper(path), path)
        )
        self._network = network.to(self.device).eval()
        self.codes = frozenset(whisper.tokenizer.LANGUAGES if network.is_multilingual else {"en"})

    def languages(self, samples: Samples) -> Mapping[str, float]:
        """Return the probability of each language by its code, of a region's 30 s at most."""
        import whisper

        if len(self.codes) == 1:
            return {"en": 1.0}
        _, odds = whisper.detect_language(self._network, self._spectrogram(samples))
        found: Mapping[str, float] = odds
        return found

    def hear(self, samples: Samples, language: str) -> Heard:
        """Write down a region.

        Parameters and errors are those of :meth:`syncalign.models.whisper.Whisper.hear`.
        """
        import whisper

        check_region(samples)
        check_language(language, self.codes)
        options = whisper.DecodingOptions(
            language=language, temperature=0.0, without_timestamps=True, fp16=False
        )
        result = whisper.decode(self._network, self._spectrogram(samples), options)
        tokenizer = self._tokenizer(language)
        tokens = [token for token in result.tokens if token < tokenizer.eot]
        texts, parts = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
        groups = _joined(texts[:-1], [len(part) for part in parts[:-1]])
        words = self._placed(tokens, groups, tokenizer, result.audio_features, len(samples))
        return Heard(
            words, float(result.avg_logprob), float(result.no_speech_prob),
            float(result.compression_ratio),
        )  # fmt: skip

    def place(self, samples: Samples, words: Sequence[str], language: str) -> tuple[Cue, ...]:
        """Find when words that are known to be said in a region are said.

        Parameters
        ----------
        samples : np.ndarray of float32 [shape=(N,)]
            Mono at 16 kHz, 30 s at most.
        words : sequence of str
            In order, as they are written; none is empty.
        language : str
            What is spoken, such as "en".

        Returns
        -------
        tuple of Cue
            One for each word. Its score is the probability that the network would have written it.

        Raises
        ------
        ParameterError
            As for :meth:`hear`; or there are more words than the network can write.
        """
        import torch

        check_region(samples)
        check_language(language, self.codes)
        tokenizer = self._tokenizer(language)
        parts = [tokenizer.encode(f" {word}") for word in words]
        tokens = [token for part in parts for token in part]
        most = self._network.dims.n_text_ctx - len(tokenizer.sot_sequence) - 2
        if len(tokens) > most:
            raise ParameterError(f"{len(words)} words in a region are more than Whisper can write")
        with torch.no_grad():
            sound = self._network.encoder(self._spectrogram(samples)[None])[0]
        stops = np.cumsum([len(part) for part in parts]).tolist()
        spans = list(zip([0, *stops[:-1]], stops, strict=True)) if words else []
        groups = [(word, *span) for word, span in zip(words, spans, strict=True)]
        return self._placed(tokens, groups, tokenizer, sound, len(samples))

    def encoded(self, sounds: Samples) -> Samples:
        """Return what the encoder makes of short sounds, 50 times a second.

        A second of silence follows each, not the half minute that Whisper was trained with: the
        encoder's positions are cut, which costs little and makes a second of sound some twenty
        times quicker.

        Parameters
        ----------
        sounds : np.ndarray of float32 [shape=(N, S)]
            Mono at 16 kHz, all of one length, up to 29 s.

        Returns
        -------
        np.ndarray of float32 [shape=(N, S // 320, D)]
        """
        return np.stack([self._encoded(sound) for sound in sounds])

    def _encoded(self, sound: Samples) -> Samples:
        import torch
        import whisper

        network, count = self._network, len(sound) // _SAMPLES_PER_FRAME
        needed = (count + FRAME_RATE) * _SAMPLES_PER_FRAME
        padded = np.pad(sound, (0, max(0, needed - len(sound))))[:needed]
        levels = whisper.log_mel_spectrogram(padded, network.dims.n_mels, device=self.device)
        encoder = network.encoder
        with torch.no_grad():
            rows = torch.nn.functional.gelu(encoder.conv1(levels[None]))
            rows = torch.nn.functional.gelu(encoder.conv2(rows)).transpose(1, 2)
            rows = rows + encoder.positional_embedding[: rows.shape[1]]
            for block in encoder.blocks:
                rows = block(rows)
            rows = encoder.ln_post(rows)
        values: Samples = rows[0, :count].float().cpu().numpy()
        return values

    def _spectrogram(self, samples: Samples) -> Any:
        import whisper

        whole = whisper.pad_or_trim(np.ascontiguousarray(samples, np.float32))
        return whisper.log_mel_spectrogram(whole, self._network.dims.n_mels, device=self.device)

    def _tokenizer(self, language: str) -> Any:
        from whisper.tokenizer import get_tokenizer

        return get_tokenizer(
            self._network.is_multilingual,
            num_languages=self._network.num_languages,
            language=language,
            task="transcribe",
        )

    def _placed(
        self, tokens: list[int], groups: list[_Group], tokenizer: Any, sound: Any, size: int
    ) -> tuple[Cue, ...]:
        """Place tokens in the sound that the encoder took in, and join them to words."""
        if not tokens:
            return ()
        frames = min(max(1, -(-size // _SAMPLES_PER_FRAME)), self._network.dims.n_audio_ctx)
        attention, probabilities = self._attention(tokens, tokenizer, sound)
        starts = token_starts(attention[:, :, :frames])
        return tuple(
            Cue(
                Segment(float(starts[first]), float(starts[stop])),
                text,
                float(probabilities[first:stop].mean()),
            )
            for text, first, stop in groups
        )

    def _attention(self, tokens: list[int], tokenizer: Any, sound: Any) -> tuple[Any, Any]:
        """Return the attention of the heads that follow the sound, and each token's probability."""
        import torch
        from whisper.model import disable_sdpa

        network, head = self._network, [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        written = torch.tensor([[*head, *tokens, tokenizer.eot]], device=self.device)
        with torch.no_grad(), disable_sdpa(), _watched(network) as seen:
            logits = network.decoder(written, sound[None])[0]
        first = len(head) - 1
        chosen = torch.softmax(logits[first : first + len(tokens), : tokenizer.eot], -1)
        probabilities = chosen[torch.arange(len(tokens)), torch.tensor(tokens)]
        layers, heads = network.alignment_heads.indices().tolist()
        attention = torch.stack([seen[layer][n] for layer, n in zip(layers, heads, strict=True)])
        return attention[:, first:-1].float().cpu().numpy(), probabilities.cpu().numpy()


@contextmanager
def _watched(network: Any) -> Iterator[dict[int, Any]]:
    """Keep what each layer's attention to the sound is, layer by layer [shape=(H, N, T)]."""
    seen: dict[int, Any] = {}

    def keep(layer: int) -> Any:
        return lambda module, given, result: seen.__setitem__(layer, result[-1][0])

    hooks = [
        block.cross_attn.register_forward_hook(keep(layer))
        for layer, block in enumerate(network.decoder.blocks)
    ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _joined(texts: Sequence[str], counts: Sequence[int]) -> list[_Group]:
    """Join marks to the words that they stand at: texts and half-open ranges of tokens.

    Examples
    --------
    >>> _joined([" Go", ",", " (", "no", ")"], [1, 1, 1, 2, 1])
    [(' Go,', 0, 2), (' (no)', 2, 6)]
    """
    found: list[_Group] = []
    at = 0
    for text, count in zip(texts, counts, strict=True):
        marks = set(text.strip())
        closes = bool(marks) and marks <= _CLOSING and not text.startswith(" ")
        follows_opening = bool(found) and set(found[-1][0].strip()) <= _OPENING
        if found and (closes or (follows_opening and not text.startswith(" "))):
            before, first, _ = found.pop()
            found.append((before + text, first, at + count))
        else:
            found.append((text, at, at + count))
        at += count
    return found


def _built(weights: WhisperWeights, path: Path) -> Any:
    import torch
    from whisper.model import ModelDimensions, Whisper

    try:
        network = Whisper(ModelDimensions(**asdict(weights.size)))
        arrays = {
            name: torch.from_numpy(a.astype(np.float32)) for name, a in weights.arrays.items()
        }
        network.load_state_dict(arrays)
    except (RuntimeError, ValueError, ZeroDivisionError, AssertionError) as exc:
        raise FormatError(path, "holds weights that fit no Whisper") from exc
    heads = torch.zeros(weights.size.n_text_layer, weights.size.n_text_head, dtype=torch.bool)
    for layer, head in weights.alignment_heads:
        heads[layer, head] = True
    network.register_buffer("alignment_heads", heads.to_sparse(), persistent=False)
    return network


def _from_checkpoint(path: Path) -> Any:
    import torch
    from whisper.model import ModelDimensions, Whisper

    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
        network = Whisper(ModelDimensions(**kept["dims"]))
        network.load_state_dict(kept["model_state_dict"])
    except OSError as exc:
        raise FormatError(path, f"cannot be read: {exc.strerror or exc}") from exc
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as exc:
        raise FormatError(path, "is no checkpoint of openai-whisper") from exc
    return network
