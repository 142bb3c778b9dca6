"""Business news to a knowledge graph in which every edge cites its sentence."""

from kg.graph import Graph

__all__ = ["Graph"]
