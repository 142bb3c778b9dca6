"""What rebuilds the learned part of the extraction: annotated articles, examples, training, export.

Needs the extra ``training``; nothing that runs imports it.
"""
