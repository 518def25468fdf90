"""All that was learned of a brand, as compiled functions take it."""

from typing import NamedTuple

from detectors.compiled import Records


class States(NamedTuple):
    """Arrays that compiled functions read, and that those which learn change.

    Parameters
    ----------
    volume, negativity, joint
        One record each, of ``VOLUME_DTYPE``, ``NEGATIVITY_DTYPE`` and ``JOINT_DTYPE``.
    outbreaks
        A record of ``OUTBREAK_DTYPE`` for each outbreak.
    """

    volume: Records
    negativity: Records
    joint: Records
    outbreaks: Records
