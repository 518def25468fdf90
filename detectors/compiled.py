"""Compiles the arithmetic of the decision and of the scorer to machine code, and keeps it from one start to the next.

The functions of the decision run for every brand at every second in which it gains a voice; in plain Python they
take fifty times as long. Numba keeps what it compiled beside the source or in the user's cache folder.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast, overload

import numba
import numpy as np
import numpy.typing as npt

Record = Any
"""One record of a structured NumPy array, as compiled functions take it: its fields are attributes."""
Records = npt.NDArray[Any]
"""An array of records, as compiled functions are called with it from outside."""
Numbers = npt.NDArray[np.float64]

_Function = TypeVar("_Function", bound=Callable[..., object])


@overload
def compiled(function: _Function) -> _Function: ...


@overload
def compiled(**options: Any) -> Callable[[_Function], _Function]: ...


def compiled(function: _Function | None = None, **options: Any) -> _Function | Callable[[_Function], _Function]:
    """Compile a function on its first call, or take it from the cache.

    What is divided by zero is infinite or no number, as in NumPy, and raises nothing. Where no folder for a cache can
    be written to (a read-only container without a home), the function is compiled at every start instead, which takes
    seconds.

    Parameters
    ----------
    function
        In the part of Python that Numba knows, on numbers, NumPy arrays, and named tuples of these.
    options
        What else ``numba.njit`` shall know, where this is called to make a decorator: ``inline``, ``fastmath``.
    """
    if function is None:
        return lambda decorated: _compiled(decorated, options)
    return _compiled(function, options)


def _compiled(function: _Function, options: dict[str, Any]) -> _Function:
    try:
        cached = numba.njit(cache=True, error_model="numpy", **options)(function)
    except RuntimeError:  # Numba's word for “nowhere to keep it”
        return cast("_Function", numba.njit(error_model="numpy", **options)(function))
    _tie_to_all_sources(cached)
    return cast("_Function", cached)


def _tie_to_all_sources(dispatcher: object) -> None:
    # Numba looks at the age of the function's own file alone, although the machine code holds that of the functions
    # it calls, and the index names classes of other files: without this, a change in one module would leave the
    # others running the old code, or have them look for a class that is gone. An index of another version is not read.
    cache_file = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if cache_file is not None:
        cache_file._version = (cache_file._version, _DIGEST)  # noqa: SLF001 - Numba has no public way


_FOLDER = Path(__file__).parent
_DIGEST = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_FOLDER.rglob("*.py")))).hexdigest()
"""Of all sources in ``detectors``: whatever compiled functions may call."""
