"""Business news to a knowledge graph in which every edge cites its sentence."""
