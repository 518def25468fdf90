"""What sources have in common that ask for lists of posts, page by page; no source of its own.

``listing`` is what such a source gives (start there), ``lane`` knows where the reading of one list stands, ``watched``
which posts are looked at again for being taken down, ``meter`` what may be spent (all pure); ``polled_source`` is the
whole source.
"""
