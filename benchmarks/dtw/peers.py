"""The other libraries, in an environment of their own in the benchmark cache."""

import subprocess
import sys
from pathlib import Path

from benchmarks.cache import MaterialMissingError, cache_folder

PEERS = ("librosa", "dtaidistance", "tslearn", "fastdtw", "synctoolbox")
_PACKAGES = (
    "librosa==0.11.0",
    "dtaidistance==2.5.1",
    "tslearn==0.10.0",
    "fastdtw==0.3.4",
    "synctoolbox==1.4.2",
)


def prepare() -> Path:
    """Make the peers' environment if it is not there; return its interpreter."""
    folder = cache_folder("dtw-peers")
    python = folder / "venv" / "bin" / "python"
    done = folder / "ready-1"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", *_PACKAGES]
        installed = subprocess.run(pip, capture_output=True, text=True)
        if installed.returncode:
            raise MaterialMissingError(
                f"pip could not install the peers: {installed.stderr.strip()[-300:]}"
            )
        done.touch()
    return python


def versions(python: Path) -> str:
    """Return the peers' versions, as their packages tell them."""
    script = (
        "import sys; from importlib.metadata import version; "
        "print(', '.join(f'{name} {version(name)}' for name in sys.argv[1:]))"
    )
    return subprocess.run(
        [str(python), "-c", script, *PEERS], capture_output=True, text=True, check=True
    ).stdout.strip()
