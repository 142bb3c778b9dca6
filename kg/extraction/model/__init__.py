"""The encoder's files: its vocabulary, its two graphs, its card."""
