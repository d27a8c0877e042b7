"""Where benchmarks keep what they fetch and build; nothing of it is committed."""

import os
import shutil
import subprocess
from pathlib import Path


class MaterialMissingError(RuntimeError):
    """Something the benchmark needs cannot be had here; the message says what to do."""


def cache_folder(*parts: str) -> Path:
    """Return a folder inside the benchmark cache, made if missing.

    The cache is ``$SYNCALIGN_BENCH_CACHE`` or ``syncalign-bench`` in the platform's cache folder.
    """
    root = os.environ.get("SYNCALIGN_BENCH_CACHE")
    if not root:
        from platformdirs import user_cache_dir

        root = user_cache_dir("syncalign-bench")
    folder = Path(root).joinpath(*parts).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def fetch_debian_packages(names: tuple[str, ...]) -> Path:
    """Fetch Debian packages and unpack them in the cache, installing nothing.

    Parameters
    ----------
    names : tuple of str
        Package names.

    Returns
    -------
    Path
        The folder the packages are unpacked into (it holds ``usr/``).

    Raises
    ------
    MaterialMissingError
        Without apt, or when a package cannot be downloaded.
    """
    unpacked = cache_folder("debian")
    downloads = cache_folder("debs")
    for name in names:
        if (unpacked / "usr/share/doc" / name).exists():
            continue
        archive = next(iter(sorted(downloads.glob(f"{name}_*.deb"))), None)
        if archive is None:
            archive = _download(name, downloads)
        subprocess.run(["dpkg-deb", "-x", str(archive), str(unpacked)], check=True)
    return unpacked


def _download(name: str, folder: Path) -> Path:
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise MaterialMissingError(
            f"the Debian package {name} is needed, and there is no apt here: get {name}_*.deb from "
            f"a Debian mirror, put it into {folder}, and run again (dpkg-deb unpacks it)"
        )
    done = subprocess.run(
        ["apt-get", "download", "-q", name], cwd=folder, capture_output=True, text=True
    )
    archive = next(iter(sorted(folder.glob(f"{name}_*.deb"))), None)
    if done.returncode or archive is None:
        raise MaterialMissingError(
            f"apt-get download {name} failed ({done.stderr.strip().splitlines()[-1:]}); "
            "try apt-get update first"
        )
    return archive
