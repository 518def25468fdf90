"""Makes the weights: run ``python -m detectors.negativity.train --help``.

Needs the extra ``train``, the teacher's packages (``docs/negativity.md``) and labelled texts that are not part of
Tocsin; nothing of the product imports it. Read in this order: ``data`` and ``vocabulary`` (what goes in), ``teacher``
(a fine-tuned sentence model, too slow to ship), ``synthesis`` and ``posts`` (texts without labels for it to judge),
``student`` and ``linear`` (the two halves that are shipped), ``calibration``.
"""
