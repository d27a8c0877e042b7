"""Forced alignment of a long text to long emissions: our search beside torchaudio's."""
