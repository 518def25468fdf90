"""How the exports of the trade's suites name their columns: a frozen value for each, found by the header alone.

A file here says where its header was seen. What no public file or page confirms is left out, and said so. The table's
reader does the rest; start with ``preset`` and ``registry``.
"""
