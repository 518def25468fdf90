"""What the crises of the stories are about."""

from alerts.simulation.stories.texts.outrage import Grievance

PRICE_CHANGE = Grievance(
    name="price change",
    what=(
        "they put the price up by 60 percent", "ten dollars have become sixteen overnight",
        "discs and streaming are two plans now and we pay for both", "they split the plan and call it choice",
        "a 60 percent price increase and not one word of sorry", "loyal customers pay more for less",
        "the price increase comes with nothing new", "they announced it in a blog post and ran",
    ),
    short=(
        "the price increase", "a 60 percent price increase", "two bills instead of one",
        "paying twice for the same films",
        "splitting discs and streaming", "sixteen dollars a month", "this new pricing",
        "the end of the ten dollar plan",
    ),
    me=(
        "member for six years", "a customer from the first day", "we have no other treat in this house",
        "I told all my friends to join", "money is short as it is", "my parents live on a pension",
        "I defended them for years",
    ),
    leave=(
        "I cancelled", "cancelling my account", "goodbye", "I am going to the kiosk instead", "we are leaving",
        "back to the library", "I want my money back", "last month for us",
    ),
    tags=("pricehike", "cancelled", "boycottfilmrental"),
    links=("simulated.invalid/blog/new-plans", "simulated.invalid/news/price-change"),
)  # fmt: skip

DRAGGED_PASSENGER = Grievance(
    name="dragged passenger",
    what=(
        "they dragged a man off his paid seat", "a doctor was dragged down the aisle with blood on his face",
        "they called violence “re-accommodation”", "the whole plane screamed and they did not stop",
        "the apology blames the victim", "they beat up a passenger because they oversold",
    ),
    short=(
        "the video of the man dragged off the plane", "dragging a passenger by his arms", "that cold apology",
        "violence over a seat", "blood on a passenger's face", "the word re-accommodate",
    ),
    me=(
        "I fly twice a month", "I have had their card for ten years", "my father is his age",
        "we were to fly with them in May", "I was on that route last week",
    ),
    leave=("never again", "I cut up my card", "rebooking with anyone else", "boycott", "I will walk first"),
    tags=("boycott", "reaccommodate"),
    links=("simulated.invalid/video/cabin",),
)  # fmt: skip

LEGGINGS = Grievance(
    name="leggings",
    what=(
        "two girls were stopped for wearing leggings", "they police what children wear",
        "a dress code for ten-year-olds",
        "dad in shorts was let through",
    ),
    short=("the leggings rule", "a ban on leggings", "turning girls away at the gate"),
    me=("my daughter lives in leggings", "I fly in leggings", "we fly with them next week"),
    leave=("not with us", "we fly elsewhere", "change the rule"),
    tags=("leggingsgate",),
)  # fmt: skip

ADVERTISEMENT = Grievance(
    name="advertisement",
    what=(
        "they sell sugar water with our protest", "a model hands a can to the police and all is well",
        "they made a costume of people's pain", "somebody wrote this, filmed this and approved this",
        "the advert mocks people who were beaten for marching",
    ),
    short=(
        "the protest advert", "that new commercial", "a can of drink against injustice",
        "the worst advert of the year",
        "the march in the commercial",
    ),
    me=("I have marched and been hurt", "I work in advertising", "my brother was arrested at a march",
    "I used to drink it"),
    leave=("I am done with that drink", "pouring it away", "take it down", "boycott"),
    tags=("boycott", "tonedeaf"),
    links=("simulated.invalid/video/advert",),
)  # fmt: skip

RANSOMWARE = Grievance(
    name="ransomware",
    what=(
        "all the computers are locked", "operations are cancelled and nobody can see the records",
        "they never updated the old machines", "ambulances are sent elsewhere",
        "patients are sent home in pain", "hackers want money to unlock patient files",
    ),
    short=(
        "the cyber attack", "cancelled operations", "computers from another century", "the ransom on every screen",
        "patient records in the hands of criminals",
    ),
    me=(
        "my operation was this afternoon", "my mum is on a ward there", "I work there and we are on paper",
        "we have waited five months",
    ),
    leave=("somebody must resign", "who is responsible", "patients will suffer for it", "this will cost lives"),
    tags=("cyberattack", "ransomware"),
    links=("simulated.invalid/news/cyber-attack",),
)  # fmt: skip

NO_CHICKEN = Grievance(
    name="no chicken",
    what=(
        "they have run out of chicken", "the doors are shut with a note on them", "a chicken shop without chicken",
        "they changed the delivery firm and it failed", "drove to three and all were closed",
        "staff are sent home without pay",
    ),
    short=(
        "no chicken", "a closed sign on every branch", "the chicken shortage", "the new delivery firm",
        "a chicken shop with no chicken",
    ),
    me=("promised the kids a bucket", "my sister works there", "one hour of lunch", "third branch today"),
    leave=("we went next door", "not coming back", "pay your staff", "sort it out"),
    tags=("chickencrisis",),
    links=("simulated.invalid/news/no-chicken",),
)  # fmt: skip

FAULTY_UPDATE = Grievance(
    name="faulty update",
    what=(
        "one update and every machine here shows a blue screen", "they pushed a broken file to the whole world",
        "the airport is dead because of it", "surgeries are cancelled because of one bad update",
        "nobody tested it before they shipped it", "we must fix four thousand machines by hand",
    ),
    short=(
        "the faulty update", "blue screens everywhere", "a boot loop on every server", "the broken channel file",
        "the worst outage ever", "a weekend of fixing laptops by hand",
    ),
    me=(
        "been up since four", "I am stuck at the airport", "our tills are dead", "my team has 900 machines down",
        "we pay them to prevent outages",
    ),
    leave=("we are ripping it out", "our lawyers will call", "contract cancelled", "never again on a Friday"),
    tags=("bluescreen", "outage"),
    links=("simulated.invalid/status/outage",),
)  # fmt: skip

PARKING_CHARGES = Grievance(
    name="parking charges",
    what=(
        "they doubled the car park charges", "nurses must pay to go to work", "they fine people who visit the dying",
        "cancer patients pay to park", "the machine takes no cash and then you are fined",
    ),
    short=("the car park charges", "parking fines for visitors", "a tax on the sick", "the doubled parking fees"),
    me=(
        "my dad is on ward 4", "I am there every day for treatment", "I work nights there",
        "visited my gran for an hour",
    ),
    leave=("I will not pay", "sign the petition", "writing to my MP", "shame them until they change it"),
    tags=("savenorthside", "carparkcharges"),
    links=("simulated.invalid/petition/parking",),
)  # fmt: skip

DATA_LEAK = Grievance(
    name="data leak",
    what=(
        "our addresses and bank details are on the internet", "they knew for weeks and said nothing",
        "a spreadsheet with every tenant was left open", "they lost the data of forty thousand people",
    ),
    short=("the data leak", "our details for sale", "the leaked spreadsheet", "weeks of silence about the leak"),
    me=("my name is in it", "my mum is 80 and her details are out", "got a scam call within an hour"),
    leave=("somebody must resign", "we will sue", "I want answers", "reported to the regulator"),
    tags=("dataleak",),
    links=("simulated.invalid/news/leak",),
)  # fmt: skip

POISONING = Grievance(
    name="food poisoning",
    what=(
        "children are in hospital after eating there", "they found rats in the kitchen",
        "they sold meat that had gone bad",
        "the recall came days too late", "they hid the inspector's report",
    ),
    short=("the food poisoning", "rotten meat", "rats in the kitchen", "the hidden report", "the late recall"),
    me=("we ate there on Sunday and are sick", "my son is in hospital", "I worked there and warned them"),
    leave=("never again", "close it down", "we will sue", "throw it all away"),
    tags=("recall", "foodpoisoning"),
    links=("simulated.invalid/news/recall",),
)  # fmt: skip

FROZEN_ACCOUNTS = Grievance(
    name="frozen accounts",
    what=(
        "nobody can get at their money", "wages have vanished from accounts", "the app shows strangers' balances",
        "they froze accounts and shut the phone line", "rent is due and the money is gone",
    ),
    short=("the frozen accounts", "missing wages", "strangers' balances on my phone", "no access to our own money"),
    me=("payday and I have nothing", "stood at the till with a dead card", "three children and an empty fridge"),
    leave=("moving my money", "closing my account", "call the regulator", "I want an answer tonight"),
    tags=("frozenaccounts",),
    links=("simulated.invalid/status/bank",),
)  # fmt: skip

SNOWED_IN = Grievance(
    name="snowed in",
    what=(
        "all flights are cancelled because of the snow", "we have slept at the airport for two nights",
        "nobody knows when the next flight leaves", "the hotline plays music for three hours",
        "they cancelled us by text message at the gate", "the runway is closed and the counter is too",
    ),
    short=(
        "another cancelled flight", "a night on the airport floor", "three hours in the queue",
        "no hotel and no answer", "a flight that never leaves",
    ),
    me=(
        "my children sleep on their coats", "I miss my sister's wedding", "we are stranded since Saturday",
        "I have a job to be at tomorrow",
    ),
    leave=("next time I take the train", "I want my money back", "never in winter again", "get us home"),
    tags=("snow", "stranded"),
)  # fmt: skip

LOST_BAGS = Grievance(
    name="lost bags",
    what=(
        "they lost four hundred bags in a day", "my bag has been in another country for a week",
        "they sold the lost bags at an auction", "the bags stood in the rain all night",
    ),
    short=("the lost bags", "bags at an auction", "a week without my bag", "bags in the rain"),
    me=("my medicine is in that bag", "we have worn the same clothes for days", "I have called nine times"),
    leave=("hand luggage or nothing", "I fly with others now", "I want my bag", "see you in court"),
    tags=("lostbags",),
)  # fmt: skip
