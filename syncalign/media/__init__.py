"""Open media, tell what they hold, decode their sound. PyAV and ffmpeg are used only here."""

from syncalign.media.container import probe
from syncalign.media.decode import AudioBlock, AudioReader, read_audio
from syncalign.media.info import Chapter, MediaInfo, StreamInfo
from syncalign.media.tracks import choose_audio, choose_texts

__all__ = [
    "AudioBlock",
    "AudioReader",
    "Chapter",
    "MediaInfo",
    "StreamInfo",
    "choose_audio",
    "choose_texts",
    "probe",
    "read_audio",
]
