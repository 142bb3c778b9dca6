"""Serving a graph over HTTP: a read-only SPARQL 1.1 endpoint and a page for each IRI.

One process speaks HTTP and touches no data. A few worker processes read the graph, one query at a time each, so a query
is stopped by killing the worker that runs it.
"""
