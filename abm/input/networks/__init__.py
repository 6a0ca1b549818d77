"""Networks that others have collected, read from the files in which they come: GraphML, GEXF, lists of ties, archives.

What a file is, its name tells: ``.graphml`` and ``.gexf`` of Gephi, Cytoscape and yEd; ``.tar``, ``.tar.gz`` and
``.tar.bz2`` as KONECT packs them; ``.json`` as Wikidata's query service answers; ``.csv``, ``.tsv``, ``.txt``,
``out.*`` and what has no ending are lists of ties. A file of another format is refused: its lines would pass for ties.
"""

from __future__ import annotations

from pathlib import Path

from abm.input.files import checked_size
from abm.input.networks.archives import from_archive
from abm.input.networks.lists import from_text
from abm.input.networks.markup import from_markup
from abm.input.networks.network import LARGEST_NETWORK, Network
from abm.input.networks.wikidata import from_json
from abm.parameters import ConfigError

READERS = {".graphml": from_markup, ".gexf": from_markup, ".json": from_json}
LISTS = ("", ".csv", ".tsv", ".txt", ".edges", ".edgelist")
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

__all__ = ["Network", "read_network"]


def read_network(path: Path) -> Network:
    """Return the network of a file, every tie as it stands there.

    Raises
    ------
    ConfigError
        One line with the file: it cannot be read, is larger than any network, or is none of its kind.
    """
    name, suffix = path.name.lower(), path.suffix.lower()
    if not (name.startswith("out.") or name.endswith(ARCHIVES) or suffix in READERS or suffix in LISTS):
        known = ", ".join([*READERS, *LISTS[1:], *ARCHIVES])
        raise ConfigError(f"{path.name}: networks are not read from {suffix}; save it as one of {known}")
    try:
        content = checked_size(path, LARGEST_NETWORK).read_bytes()
    except OSError as error:
        raise ConfigError(f"{path.name or path}: cannot be read: {error.strerror}") from None
    if name.endswith(ARCHIVES):
        return from_archive(content, path.name)
    return READERS.get(suffix, from_text)(content, path.name)
