"""How well articles are read, measured against annotators: relations and figures, pairs of CORE, HTML pages."""
