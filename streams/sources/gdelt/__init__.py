"""GDELT: what news sites of the world publish, in files of a quarter of an hour, read one after the other.

``walk`` knows where it stands, ``files`` opens what comes, ``article`` makes a mention of a row (all pure); ``source``
asks and puts them together.
"""
