"""Lines of business, as people talk about them on any day."""

from alerts.simulation.stories.texts.everyday import Sector

RENTAL = Sector(
    name="film rental",
    doing=(
        "watching a western", "sorting my queue", "on season two of that detective thing", "picking a film",
        "returning two discs", "streaming old cartoons", "having a film night", "halfway through a documentary",
    ),
    thing=(
        "the queue", "a disc in the post", "that new documentary", "the streaming list", "foreign films",
        "the red envelope", "the star ratings", "the film about the chess player",
    ),
    question=(
        "does anyone know when the new season is added?", "how do I move a film to the top of the queue?",
        "which film would you watch with children?", "can I keep a disc over the holiday?",
        "what is everybody watching this week?", "is it on streaming or on disc only?",
        "what did you think of the ending?", "does it play on a games console?",
    ),
    trouble=(
        "the disc came scratched", "the stream keeps buffering", "my disc got lost in the post",
        "the picture froze twice",
        "the sound is out of step", "the film I wanted is gone", "I cannot log in",
        "the app crashed in the last scene",
    ),
    joy=(
        "the disc came a day early", "found a perfect film for the family", "the recommendation was great",
        "they replaced the broken disc the same day", "the help line was friendly",
        "what a good selection of classics",
        "streaming looks great on the new set",
    ),
    tags=("filmnight", "nowwatching"),
)  # fmt: skip

CAMERA = Sector(
    name="camera",
    doing=(
        "testing a lens", "printing last month's pictures", "cleaning the sensor", "reading the manual",
        "photographing birds", "packing the tripod", "comparing two bodies",
    ),
    thing=(
        "the old 50 mm", "the tripod", "the new firmware", "battery life", "the viewfinder", "film against digital",
        "the strap",
    ),
    question=(
        "which lens for portraits?", "is the firmware out yet?", "does the old flash fit?", "what bag do you use?",
        "where do you get yours serviced?", "raw or jpeg for travel?",
    ),
    trouble=(
        "the battery died after an hour", "the repair took six weeks", "the menu is a mess", "my strap broke",
        "the app will not connect",
    ),
    joy=(
        "the pictures came out great", "the shop was so helpful", "the repair was free", "love the colours",
        "this lens is a beauty",
    ),
    tags=("photography",),
)  # fmt: skip

RAIL = Sector(
    name="trains",
    doing=(
        "on the 7.42", "standing by the doors", "waiting on platform 3", "changing at the junction", "heading home",
        "on the replacement bus",
    ),
    thing=(
        "the 7.42", "the timetable", "platform 3", "the ticket machine", "the quiet carriage", "the railcard",
        "the replacement bus",
    ),
    question=(
        "is the 18.05 running?", "which platform for the coast?", "do I need to book a bike?",
        "when is the last train?",
        "is the ticket office open on Sunday?",
    ),
    trouble=(
        "the train is cancelled", "forty minutes late", "two carriages for three hundred people",
        "no heating in the train",
        "stuck outside the station for an hour", "the toilets are broken", "missed my connection",
        "no staff and no information", "paid a fortune to stand",
    ),
    joy=(
        "on time for once, thank you", "the guard was lovely", "got a refund quickly",
        "a seat and a table, what a treat",
    ),
    tags=("delays", "commute"),
)  # fmt: skip
