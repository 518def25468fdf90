"""A suite's export: by which columns it is recognised, and which of them hold which field."""

from collections.abc import Collection, Mapping

from msgspec import Struct


class Preset(Struct, frozen=True, kw_only=True):
    """One form of a suite's export.

    Parameters
    ----------
    suite
        The name on the command line; a suite that has changed its columns has several presets of one name.
    known_by
        Groups of columns: a header of this export has one or more of each.
    columns
        By field: the columns that may hold it, the best first; ``A+B`` joins two. In a row the first that says
        something is taken.
    """

    suite: str
    known_by: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]

    def fits(self, header: Collection[str]) -> bool:
        """Tell whether a row is this export's header, whatever the case and order of its names.

        Examples
        --------
        >>> preset = Preset(suite="a", known_by=(frozenset({"Hit"}), frozenset({"From", "By"})), columns={})
        >>> preset.fits(["by", "HIT", "else"]), preset.fits(["Hit", "else"])
        (True, False)
        """
        names = {name.strip().casefold() for name in header}
        return all(names & {name.casefold() for name in group} for group in self.known_by)
