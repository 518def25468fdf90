"""What newspapers and people say, calmly, of harm to a company, and of others' harm beside which it is named.

The first lines of each are headlines, the rest what people make of them. They were written as a paper would, before
anybody looked which of them the head of harm knows.
"""

from alerts.simulation.stories.theme import Theme

_AFTER = {
    "desk": ("says regulator", "officials say", "sources say", "company confirms", "report", "filing shows"),
    "note": (
        "Here is what we know.", "More to follow.", "Thread.", "Just saw this.", "Worth a read.", "Story here.",
        "Checking mine now.", "For anyone who missed it.", "Interesting.", "Huh.",
    ),
}  # fmt: skip

RECALL = Theme(
    name="recall",
    lines=(
        "{brand} recalls {many} {product} after {finding}",
        "{brand} recall: {many} {product} affected, {desk}",
        "Recall of {brand} {product} widened, {desk}",
        "{brand} pulls {product} from shelves over {finding}",
        "{finding} prompts {brand} to recall {product}",
        "Check your kitchen: {brand} is recalling {product}. {note}",
        "The {brand} recall covers {many} {product}. {note}",
        "So {brand} has recalled the {product}. {note}",
        "{note} {brand} {product}, {finding}",
        "Is the {brand} recall for all {product}?",
    ),
    words={
        **_AFTER,
        "many": ("40,000", "120,000", "two batches of", "thousands of"),
        "product": ("kettles", "toasters", "blenders", "rice cookers"),
        "finding": ("reports of burns", "a fault that may cause fires", "lead was found in the coating", "two fires"),
    },
    link_share=0.4,
    links=("simulated.invalid/news", "simulated.invalid/recall"),
)  # fmt: skip

LAWSUIT = Theme(
    name="lawsuit",
    lines=(
        "{claimant} sue {brand} over {matter}",
        "Lawsuit against {brand} over {matter}",
        "{brand} sued by {claimant}, {desk}",
        "Class action filed against {brand}: {matter}",
        "{brand} faces {sum} lawsuit over {matter}",
        "Court to hear case against {brand} on {matter}",
        "Reading the complaint against {brand}, it is about {matter}. {note}",
        "{brand} is being sued over {matter}. {note}",
        "{note} {claimant} v {brand}",
        "What does the {brand} lawsuit mean for customers?",
    ),
    words={
        **_AFTER,
        "claimant": ("tenants", "shareholders", "4,000 customers", "three former employees", "two states"),
        "matter": ("hidden fees", "unpaid overtime", "tracking without consent", "misleading labels"),
        "sum": ("a $2bn", "a £40m", "a multi-million"),
    },
    link_share=0.4,
    links=("simulated.invalid/court", "simulated.invalid/news"),
)  # fmt: skip

RAID = Theme(
    name="raid",
    lines=(
        "Police raid {brand} offices in {town}",
        "{authority} search {brand} headquarters, {desk}",
        "Dawn raid at {brand}: {authority} seize documents",
        "{brand} under investigation for {matter}, {desk}",
        "{authority} open inquiry into {brand} over {matter}",
        "{brand} executive arrested in {matter} probe",
        "There are officers outside the {brand} building in {town}. {note}",
        "The {brand} raid is about {matter}. {note}",
        "{note} {authority} at {brand} this morning",
    ),
    words={
        **_AFTER,
        "town": ("Leeds", "Lyon", "Milan", "Austin"),
        "authority": ("Prosecutors", "Tax investigators", "Competition officials", "Customs officers"),
        "matter": ("bribery", "price fixing", "tax evasion", "money laundering"),
    },
    link_share=0.4,
    links=("simulated.invalid/news",),
)  # fmt: skip

OUTAGE = Theme(
    name="outage",
    lines=(
        "{brand} outage: {what} unavailable {where}",
        "{brand} is down {where}, {desk}",
        "{what} at {brand} not working for thousands, {desk}",
        "{brand} confirms outage of {what}",
        "Is {brand} down?",
        "{brand} down for anyone else? {what} will not load",
        "Looks like {brand} is down {where}. {note}",
        "{note} {brand} status page shows {what} offline",
        "{brand} {what} back for some, still out {where}",
    ),
    words={
        **_AFTER,
        "what": ("payments", "the app", "online banking", "card transfers"),
        "where": ("across the country", "in three regions", "in Europe", "since nine"),
    },
    link_share=0.2,
    links=("simulated.invalid/status",),
)  # fmt: skip

LAYOFFS = Theme(
    name="layoffs",
    lines=(
        "{brand} to cut {many} jobs",
        "{brand} lays off {many} workers, {desk}",
        "Layoffs at {brand}: {unit} hit hardest",
        "{brand} announces {many} redundancies in {unit}",
        "{brand} closes {unit}, {many} jobs go",
        "Former colleagues at {brand} say {unit} was let go today. {note}",
        "{many} people laid off at {brand}. {note}",
        "If you were affected by the {brand} layoffs, my inbox is open",
        "{note} {brand} job cuts, {unit}",
    ),
    words={
        **_AFTER,
        "many": ("1,200", "400", "3,000", "a tenth of its"),
        "unit": ("the design office", "the northern plant", "customer service", "its research arm"),
    },
    link_share=0.3,
    links=("simulated.invalid/business",),
)  # fmt: skip

CALL = Theme(
    name="call to act",
    lines=(
        "Delete {brand}. {how}",
        "Boycott {brand} {when}",
        "I have just cancelled my {brand} account, join me",
        "Uninstall {brand} today and tell a friend",
        "Time to delete {brand}. {how}",
        "Cancel your {brand} subscription before {when}",
        "Switch away from {brand}, it takes five minutes",
        "{how} {brand} #Boycott{handle}",
        "Sign the petition to {brand}: {how}",
        "Everyone is leaving {brand}, are you?",
    ),
    words={
        "how": ("It takes one minute.", "Settings, account, delete.", "Pass it on.", "We can do without.", "Done it."),
        "when": ("this week", "this Friday", "from today", "the first of the month"),
    },
)

OTHERS_HARM = Theme(
    name="the harm of others",
    lines=(
        "{brand} reports: {other} sued over {matter}",
        "{other} recalls {thing}, {brand} says",
        "{brand} covers the {other} layoffs in tonight's programme",
        "Police raid {other}, according to {brand}",
        "{other} faces lawsuit over {matter}, via {brand}",
        "{other} outage explained, on {brand}",
        "Good piece in {brand} about the raid at {other}",
        "{brand} podcast: how {other} hid {matter}",
        "Watching {brand}: {other} boss arrested",
        "{other} hit by {matter} scandal – {brand}",
    ),
    words={
        "other": ("Contoso", "Fabrikam", "Initech", "Globex", "Umbra Foods"),
        "matter": ("hidden fees", "price fixing", "unpaid overtime", "tax evasion"),
        "thing": ("kettles", "car seats", "baby food", "heaters"),
    },
    link_share=0.4,
    links=("simulated.invalid/tv",),
)

SUES_OTHERS = Theme(
    name="sues others",
    lines=(
        "{brand} sues {other} over {matter}",
        "{brand} files class action against {other}",
        "{brand} wins {matter} case against {other}",
        "{brand} represents {claimant} in lawsuit against {other}",
        "Lawyers at {brand} take {other} to court over {matter}",
        "{brand} secures settlement for {claimant}",
        "Proud of the team at {brand}: {other} must pay",
        "{claimant} thank {brand} for their win over {other}",
        "{brand} announces investigation of {other} on behalf of {claimant}",
    ),
    words={
        "other": ("Contoso", "Fabrikam", "Initech", "Globex", "Umbra Foods"),
        "matter": ("hidden fees", "price fixing", "unpaid overtime", "unsafe products"),
        "claimant": ("tenants", "investors", "injured workers", "4,000 customers"),
    },
    link_share=0.3,
    links=("simulated.invalid/law",),
)

WEATHER = Theme(
    name="weather and grief",
    lines=(
        "Storm closes roads near {brand}, {advice}",
        "{brand} shut today because of the flood, {advice}",
        "Heavy snow hits the town, {brand} open until noon",
        "Our thoughts are with the family of {who}, who died on Sunday. {brand} flies the flag at half mast",
        "Rest in peace {who}, forty years at {brand}",
        "Hurricane warning: {brand} opens its hall for those who need shelter",
        "A minute of silence at {brand} for {who}",
        "Lightning strike near {brand}, nobody was hurt",
        "{who} lost the fight against cancer. {brand} remembers a friend",
        "Power out in the valley after the storm, {brand} has a generator and free tea",
    ),
    words={
        "advice": ("stay safe", "take care out there", "drive slowly", "check on your neighbours"),
        "who": ("Margaret", "old Tom", "the founder's wife", "coach Ellis"),
    },
)

LIST = Theme(
    name="a list of headlines",
    lines=(
        "Morning briefing: {one}. {two}. {brand} {calm}. {three}.",
        "Headlines: {two} | {brand} {calm} | {one}",
        "Today: {brand} {calm}. {three}. {one}.",
        "Markets: {one}; {brand} {calm}; {two}.",
        "In brief – {three}. {two}. {brand} {calm}.",
    ),
    words={
        "one": ("Contoso recalls heaters after fires", "Regulator fines Contoso $3m", "Contoso cuts 300 jobs"),
        "two": ("Fabrikam sued over hidden fees", "Police raid Fabrikam in Milan", "Fabrikam app down for hours"),
        "three": ("Globex boss arrested in bribery probe", "Globex lays off 900 workers", "Data breach at Globex"),
        "calm": ("opens a second store", "names a finance chief", "publishes its results", "moves to new offices"),
    },
)
