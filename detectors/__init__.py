"""The pure core of detection: negativity, baselines, detectors on River, explanations, verdicts.

Nothing here knows Kafka, Faust, a clock or a socket; time comes in with each observation. Start with
``observation`` (what goes in), ``brand_detector`` (the decision) and ``verdict`` (what comes out).
"""
