"""What a run over files went through, in numbers."""

from msgspec import Struct


class Summary(Struct, kw_only=True):
    """What a backtest went through: ``refused`` and ``reasons`` are of lines, the others of mentions."""

    mentions: int = 0
    refused: int = 0
    reasons: dict[str, int] = {}
    late: int = 0
    duplicates: int = 0
    unscored: int = 0
    matched: dict[str, int] = {}
    first: int | None = None
    last: int | None = None
