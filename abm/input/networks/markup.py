"""GraphML and GEXF, as Gephi, Cytoscape, igraph and yEd write them, read by networkx once they are known to be safe.

XML may declare entities that unfold into gigabytes, or name other files: whatever declares a document type is refused.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from abm.input.networks.network import Network, told, unreadable
from abm.parameters import ConfigError

if TYPE_CHECKING:
    import networkx as nx


def from_markup(content: bytes, file: str) -> Network:
    """Return the network of a GraphML or GEXF file; ``file`` is its name, which tells the two apart."""
    import networkx as nx

    check_harmless(content, file)
    gexf = file.lower().endswith(".gexf")
    read = nx.read_gexf if gexf else nx.read_graphml
    try:
        with warnings.catch_warnings(action="ignore"):  # of what a drawing has beside its network
            graph = read(BytesIO(content))
    except Exception as error:  # networkx lets through whatever its parts raise: KeyError, AttributeError, ValueError
        raise unreadable(file, f"not a {'GEXF' if gexf else 'GraphML'} file of a network: {error}") from None
    return from_graph(graph, file)


def from_graph(graph: nx.Graph, file: str) -> Network:
    """Return the network of a graph of networkx, nodes by their ids as text."""
    edges = list(graph.edges(data=True))
    columns: dict[str, list[Any]] = {
        "source": [str(a) for a, _, _ in edges],
        "target": [str(b) for _, b, _ in edges],
    }
    for name in {str(key): None for _, _, said in edges for key in said if key not in columns}:
        columns[name] = [said.get(name, "") for _, _, said in edges]
    nodes = {str(node): told({str(k): v for k, v in said.items()}) for node, said in graph.nodes(data=True)}
    return Network(file, columns, [], nodes)


def check_harmless(content: bytes, file: str) -> None:
    """Refuse XML that is none, or that declares a document type, in whatever encoding."""

    def declared(*_: object) -> None:
        """Refuse it."""
        raise ConfigError(f"{file}: declares a document type (DOCTYPE), which no network needs; take it out")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError) as error:  # a LookupError is an encoding that nobody knows
        raise unreadable(file, f"not an XML file: {error}") from None
