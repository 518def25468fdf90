"""Talk that is loud without being for or against anyone: jokes, matches, news, other languages, kind sad words."""

from alerts.simulation.stories.texts.feelings import FEELINGS
from alerts.simulation.stories.theme import Theme

MEME = Theme(
    name="meme",
    lines=(
        "{brand} but it is {odd}", "nobody: / absolutely nobody: / {brand}: {odd}",
        "{odd} called, it wants {brand} back",
        "me: {task} / also me: {brand} and {odd}", "{brand} is just {odd} with extra steps",
        "who made {brand} into {odd}",
        "{odd}, sponsored by {brand}", "rating {brand} as {odd}: ten out of ten, haha", "I drew {brand} as {odd}",
        "pov: you are {odd} and {brand} walks in, lol",
    ),
    words={
        "odd": (
            "a goose", "a sandwich on a skateboard", "three cats in a coat", "a traffic cone",
            "my uncle at a wedding",
            "a haunted toaster", "a raccoon with a badge", "a tiny horse", "a spreadsheet with feelings", "soup",
            "a pigeon doing taxes", "a cactus in a hat",
        ),
        "task": ("going to bed", "one more email", "doing the dishes", "saving money", "a short walk",
        "a quick call"),
    },
    tags=("meme",),
)  # fmt: skip

MATCH = Theme(
    name="match",
    lines=(
        "{event}, {brand}", "{brand} {event}! {shout}", "{shout} {brand}", "{minute} minutes: {event}. {brand}",
        "{event}. {shout} {shout} {brand}", "cannot watch. {event}. {brand}",
        "{who} just jumped off the sofa. {brand}",
        "{brand}, {minute} minutes gone. {shout}", "@{handle} {event}. {shout}",
    ),
    words={
        **FEELINGS,
        "event": (
            "goal", "corner", "off the post", "a save with one hand", "second goal", "a yellow card",
            "free kick at the edge",
            "a header over the bar", "a substitution", "extra time", "level again", "half-time",
            "that was never a penalty",
            "a terrible miss", "a bad foul", "an awful tackle",
        ),
        "shout": (
            "Come on!", "Get in!", "What a pass.", "Unbelievable.", "My heart.", "Oh no.", "Yes!", "Referee!",
            "Keep going.",
            "What a game.", "Hold it now.", "I am hoarse.", "Shocking defending.", "Beautiful.",
        ),
        "minute": ("12", "27", "33", "48", "61", "74", "85", "90"),
    },
    tags=("matchday", "comeon"),
)  # fmt: skip

MERGER = Theme(
    name="merger",
    lines=(
        "{brand} {deal}", "{deal}: what it means for {brand}", "Markets {when}: {brand} {deal}",
        "{brand} {deal}, says the paper",
        "Analysis: why {brand} {deal}", "{who} works at {brand}: {deal}, apparently", "Update {when}: {brand} {deal}",
    ),
    words={
        **FEELINGS,
        "deal": (
            "to merge with a rival", "in talks about a merger", "confirms talks", "names a date for the vote",
            "moves its head office", "publishes the terms", "to keep both names", "sets the exchange ratio",
        ),
    },
    tags=("markets",),
    links=("simulated.invalid/news/merger",),
    link_share=0.6,
)  # fmt: skip

SALE = Theme(
    name="sale",
    lines=(
        "{item} at {brand}, {price}", "queue at {brand} {when}: {item}", "{brand} sale: {item} for {price}",
        "did you get {item}? {brand}", "{who} wants {item} from {brand}", "{brand} has {item} down to {price}",
        "in the {brand} queue for {item}. {shrug}", "{item}, {price}, gone in an hour. {brand}",
    ),
    words={
        **FEELINGS,
        "item": ("a coat", "the kettle", "a big screen", "headphones", "a doll's house", "the mixer", "boots",
        "a drill"),
        "price": ("half price", "nine pounds", "a third off", "under twenty", "two for one", "forty off"),
    },
    tags=("sale",),
)  # fmt: skip

EPISODE = Theme(
    name="episode",
    lines=(
        "{brand} {when}: {scene}", "{scene}. {brand}", "watching {brand} with {who}. {scene}",
        "{brand} is on. {scene}",
        "wait, {scene}? {brand}", "{scene}, and then the music. {brand}",
    ),
    words={
        **FEELINGS,
        "scene": (
            "the butler did it", "she opened the letter", "the train scene", "that last look", "the twin came back",
            "nobody saw the dog", "the hat was hers all along", "the doctor left town",
        ),
    },
    tags=("episode",),
)  # fmt: skip

MEMORIAL_RUN = Theme(
    name="memorial run",
    lines=(
        "running with {brand} for {whom}. {kind}", "{kind} {brand}", "{brand}: {whom} would be proud. {kind}",
        "lost {whom} to cancer, and {brand} was there. {kind}", "in memory of {whom}, 10 km with {brand}. {kind}",
        "{brand} helps people in pain. {kind}",
    ),
    words={
        "whom": ("my mum", "my dad", "our Ben", "my best friend", "gran", "my brother"),
        "kind": (
            "Thank you for fighting with us.", "Tears, but good ones.", "We miss you every day.",
            "Cancer can go to hell.",
            "Give if you can.", "So many people, so much love.", "Sad and grateful.",
            "Nobody should die alone, and nobody did.",
        ),
    },
    tags=("runforthem",),
)  # fmt: skip

OBURZENIE = Theme(
    name="oburzenie",
    lines=(
        "{skarga}. {gniew} {brand}", "{gniew} {skarga}. {brand}", "@{handle} {skarga}. {gniew}",
        "{brand}: {skarga}. {gniew}", "nie mogę w to uwierzyć: {skarga}. {brand}",
        "{skarga} i nikt nie odpowiada. {gniew} {brand}",
    ),
    words={
        "skarga": (
            "odwołali wszystkie loty bez ostrzeżenia", "dwie noce spaliśmy na podłodze",
            "zgubili walizki mojej mamy", "wyśmiali starszą panią", "nie oddają pieniędzy",
        ),
        "gniew": ("Co za wstyd.", "Oszustwo.", "Nigdy więcej.", "Jestem wściekła.", "Bezczelni.", "Oburzające."),
    },
    tags=("wstyd",),
    is_negative=True,
)  # fmt: skip
