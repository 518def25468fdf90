"""The soak: workers are ended, killed, paused, joined and upgraded by a random plan, and nothing may be lost.

``python -m tests.soak --help`` is its command line. ``plan`` says what is done when (from a seed alone, by the
catalogue in ``faults``), ``talk`` what is said of whom, ``expected`` what must come of it. ``run`` carries one plan
out: ``crew`` are the workers, ``sender`` speaks, ``disturbance`` does the harm, ``listening`` hears what the topics
tell. ``judgement`` compares, ``recovery`` times, ``evidence`` keeps what explains a loss, ``table`` prints.
"""
