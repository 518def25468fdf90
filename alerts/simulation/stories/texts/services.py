"""More lines of business, as people talk about them on any day: services, public bodies, a club."""

from alerts.simulation.stories.texts.everyday import Sector

AIRLINE = Sector(
    name="airline",
    doing=(
        "boarding at gate 12", "flying to the coast", "checking in", "waiting for a bag", "picking a seat",
        "on the early flight", "looking at fares",
    ),
    thing=(
        "the window seat", "gate 12", "the new cabin", "a connection in the snow", "the loyalty card", "hand luggage",
        "the lounge",
    ),
    question=(
        "how big may a cabin bag be?", "is the morning flight on time?", "can I change the name on a ticket?",
        "which terminal is it?", "do they fly there on Sundays?",
    ),
    trouble=(
        "the flight is delayed three hours", "they lost my bag", "two hours on hold and no answer",
        "the flight was cancelled", "they sold my seat", "my refund never came",
        "stuck on the tarmac with crying children",
        "rude staff at the gate",
    ),
    joy=(
        "the crew was lovely", "landed early", "a free upgrade", "they found my bag within an hour",
        "smooth flight and a great pilot",
    ),
    tags=("travel",),
)  # fmt: skip

DRINK = Sector(
    name="soft drink",
    doing=(
        "opening a can", "having lunch", "at the cinema", "stocking the fridge", "mixing drinks", "on a road trip",
    ),
    thing=("the cherry one", "the new can", "a cold bottle", "the sugar-free kind", "the vending machine",
    "the old label"),
    question=(
        "can or bottle?", "is the cherry one still sold?", "with ice or without?", "what goes with pizza?",
        "who remembers the old label?",
    ),
    trouble=(
        "the can was flat", "it tastes worse than before", "the machine ate my money",
        "too much sugar and my teeth hurt",
    ),
    joy=("nothing like a cold one", "the cherry one is great", "best with popcorn", "love the new can"),
    tags=("lunch",),
)  # fmt: skip

HOSPITAL = Sector(
    name="hospital",
    doing=(
        "waiting for the results", "visiting ward 4", "sitting in the clinic", "dropping off forms",
        "on the night shift",
        "looking for the car park",
    ),
    thing=(
        "the visiting hours", "ward 4", "a letter from the clinic", "the car park", "the canteen", "the blood test",
        "the new entrance",
    ),
    question=(
        "what are the visiting hours?", "where do I hand in the form?", "is the walk-in clinic open today?",
        "which bus stops there?", "how long do results take?",
    ),
    trouble=(
        "five hours in the waiting room", "they lost my letter", "the appointment was cancelled again",
        "nobody picks up the phone", "the car park is full and the bus is late",
        "my gran was left in pain in a corridor",
    ),
    joy=(
        "the nurses were wonderful", "seen on time and treated kindly", "the midwife was great",
        "my dad is home thanks to ward 4", "so grateful to the team",
    ),
    tags=("health",),
)  # fmt: skip

FAST_FOOD = Sector(
    name="fast food",
    doing=("queueing at the counter", "having a late lunch", "ordering for eight", "in the drive-through",
    "eating in the car"),
    thing=("the family bucket", "the spicy one", "the drive-through", "the gravy", "the student deal", "extra chips"),
    question=(
        "is the one by the station open?", "which sauce?", "how late is the drive-through open?", "bucket or wrap?",
        "do they deliver up here?",
    ),
    trouble=(
        "the order was wrong", "cold chips", "forty minutes in the drive-through", "they forgot the sauce",
        "the place was dirty",
    ),
    joy=("that was delicious", "friendly staff at the counter", "the kids love it", "best lunch this week",
    "a free dessert"),
    tags=("lunch",),
)  # fmt: skip

SOFTWARE = Sector(
    name="software",
    doing=("rolling out the agent", "reading the release notes", "on a training day", "renewing licences",
    "writing a rule"),
    thing=("the agent", "the console", "the release notes", "the licence", "the dashboard", "the new rule language"),
    question=(
        "does the agent run on old kernels?", "where are the release notes?", "how do you export the report?",
        "is there an API for tags?", "who goes to the conference?",
    ),
    trouble=(
        "the console is slow again", "the agent eats memory", "support closed my ticket",
        "a false alarm at three in the morning",
        "the update broke our script",
    ),
    joy=(
        "support was excellent", "it caught a nasty one", "the new dashboard is great", "smooth upgrade",
        "love the documentation",
    ),
    tags=("infosec",),
)  # fmt: skip

COUNCIL = Sector(
    name="council",
    doing=(
        "reading the planning notice", "at the recycling centre", "filling in the parking form", "at the town hall",
        "listening to the meeting", "taking the bins out",
    ),
    thing=(
        "the bins", "the library hours", "the planning notice", "the market", "the swimming pool", "parking permits",
        "the roadworks",
    ),
    question=(
        "which bin is it this week?", "when does the library close?", "who do I ask about a street lamp?",
        "is the pool open on Monday?", "where is the notice published?",
    ),
    trouble=(
        "the bins were missed again", "a pothole broke my wheel", "the form crashed twice",
        "the pool is closed again",
        "the street lamp has been dead for months", "an hour on hold about a bad parking fine",
    ),
    joy=(
        "they fixed the lamp in a day", "the park looks beautiful", "helpful people at the library",
        "the market was lovely",
        "great new playground",
    ),
    tags=("localnews",),
)  # fmt: skip

CLUB = Sector(
    name="football club",
    doing=("on the way to the ground", "listening to the radio", "buying a scarf", "watching the reserves",
    "in the pub early"),
    thing=("the line-up", "the new kit", "the away end", "the ticket queue", "the youth team", "the half-time pie"),
    question=(
        "who plays on the left?", "when do tickets go on sale?", "is the game on the radio?",
        "what time is kick-off?",
        "home kit or away kit?",
    ),
    trouble=(
        "we defended badly", "the referee was a joke and cost us", "ticket prices hurt", "lost again and deserved it",
        "our striker is injured",
    ),
    joy=("what a goal", "the youth team won", "lovely pass for the second", "brilliant atmosphere",
    "best game of the season"),
    tags=("matchday", "comeon"),
)  # fmt: skip

BANK = Sector(
    name="bank",
    doing=("waiting for a new card", "moving money to savings", "in the branch", "setting up a standing order",
    "on the app"),
    thing=("the app", "a new card", "the branch in town", "the savings rate", "a standing order", "the card reader"),
    question=(
        "what is the savings rate now?", "is the branch open on Saturday?", "how do I freeze a card?",
        "does the app work abroad?", "where do I change my address?",
    ),
    trouble=(
        "the app is down", "my card was blocked for no reason", "forty minutes on hold",
        "they closed our branch, sadly",
        "a stupid fee again",
    ),
    joy=(
        "they stopped a fraud in time, great work", "the lady in the branch was so kind", "the new app is good",
        "money back within a day, thanks",
    ),
    tags=("money",),
)  # fmt: skip

SHOP = Sector(
    name="shop",
    doing=("doing the weekly shop", "returning a kettle", "looking for a present", "in the queue",
    "waiting for a parcel"),
    thing=("a kettle", "the winter coats", "the return desk", "a parcel", "the loyalty card", "the toy aisle"),
    question=(
        "when does the sale begin?", "can I return it without the box?", "is there parking?",
        "how late are they open?",
        "do they still sell the blue ones?",
    ),
    trouble=(
        "the parcel never came", "the kettle broke after a week", "they refused the return",
        "the till queue is awful",
        "the wrong size again",
    ),
    joy=("what a bargain", "the staff found it for me", "delivered a day early", "love the new coats",
    "easy return, thanks"),
    tags=("shopping",),
)  # fmt: skip
