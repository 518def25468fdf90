"""Keeps pytest's doctests away from what cannot be imported without the extra ``train``."""

import importlib.util

collect_ignore = [] if importlib.util.find_spec("torch") else ["teacher.py", "student.py"]
