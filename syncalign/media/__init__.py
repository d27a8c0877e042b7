"""Open media, tell what they hold, decode sound and pictures. PyAV and ffmpeg stay here."""

from syncalign.media.container import probe
from syncalign.media.decode import AudioBlock, AudioReader, read_audio
from syncalign.media.frames import Frame, FrameReader, read_frames
from syncalign.media.info import Chapter, MediaInfo, StreamInfo
from syncalign.media.remux import ensure_container, remux_with_sound_moved
from syncalign.media.starts import StreamStarts, stream_starts
from syncalign.media.tracks import choose_audio, choose_texts, choose_video

__all__ = [
    "AudioBlock",
    "AudioReader",
    "Chapter",
    "Frame",
    "FrameReader",
    "MediaInfo",
    "StreamInfo",
    "StreamStarts",
    "choose_audio",
    "choose_texts",
    "choose_video",
    "ensure_container",
    "probe",
    "read_audio",
    "read_frames",
    "remux_with_sound_moved",
    "stream_starts",
]
