"""Archives as KONECT packs a network: ``twin/out.twin`` is the list of ties, beside files that tell of it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any

from abm.input.networks.lists import from_text
from abm.input.networks.network import LARGEST_NETWORK, Network, unreadable
from abm.parameters import ConfigError

PACKERS: dict[bytes, Callable[..., IO[bytes] | Any]] = {b"BZh": bz2.open, b"\x1f\x8b": gzip.open, b"\xfd7z": lzma.open}


def from_archive(content: bytes, file: str) -> Network:
    """Return the network of the one list of ties, ``…/out.…``, in an archive; nothing is written to the disk."""
    try:
        unpacked = BytesIO(unpack(content, file))
        with tarfile.open(fileobj=unpacked, mode="r:") as archive:
            found = [member for member in archive.getmembers() if is_list(member)]
            if len(found) != 1:
                raise ConfigError(f"{file}: has {len(found)} lists of ties (out.*); an archive of KONECT has one")
            inside = archive.extractfile(found[0])
            return from_text(inside.read() if inside else b"", f"{file}/{PurePosixPath(found[0].name).name}")
    except (tarfile.TarError, OSError, EOFError, lzma.LZMAError, zlib.error, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise unreadable(file, f"not an archive: {error}") from None


def unpack(content: bytes, file: str) -> bytes:
    """Return the bytes of an archive, or refuse one that unfolds into more than any network has."""
    opened = next((packer for mark, packer in PACKERS.items() if content.startswith(mark)), None)
    if opened is None:
        return content
    with opened(BytesIO(content)) as stream:
        unpacked: bytes = stream.read(LARGEST_NETWORK + 1)
    if len(unpacked) > LARGEST_NETWORK:
        raise ConfigError(f"{file}: unfolds into more than {LARGEST_NETWORK:,} bytes; no network has so many")
    return unpacked


def is_list(member: tarfile.TarInfo) -> bool:
    """Say whether a member of an archive is a list of ties: a file, no link or device, named ``out.…``."""
    return member.isreg() and PurePosixPath(member.name).name.startswith("out.")
