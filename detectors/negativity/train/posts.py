"""Posts to companies and public bodies, from a small grammar: what customers write that people seldom write each other.

The labelled texts are about films, matches and politics; a brand's mentions are about orders, queues and refunds. The
grammar knows no brand and holds no label: the teacher says how negative each post is.
"""

# ruff: noqa: E501 - a table of phrases

import re
from collections.abc import Mapping, Sequence

import numpy as np

_SLOT = re.compile(r"\{(\w+)\}")

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "post": tuple("""
        {hey} {trouble} {end}|{hey} {trouble}. {trouble} {end}|{hey} {trouble} and {trouble} {end}|{trouble}, {ask} {end}
        {thanks} {gift} {end}|{thanks} {gift}. {trouble} {end}|{hey} {ask} {end}|{hey} {ask}. {trouble} {end}
        {hey} {praise} {end}|{praise}. {praise} {end}|{praise}, but {trouble} {end}|{trouble}, but {praise} {end}
        {hey} {news} {end}|{news}. {ask} {end}|{praise}, {news} {end}|{news}, {trouble} {end}|{hey} {verdict} {end}
        {verdict}. {trouble} {end}|{trouble}. {verdict} {end}|{praise}. {verdict} {end}|{wish} {end}|{trouble}. {wish} {end}
    """.replace("\n", "|").split("|")),
    "hey": ("@user", "@user", "@user", "@user hey", "hi @user", ".@user", "so @user", "", "", "@user seriously", "dear @user",
            "@user @user", "@user ok", "@user please", "@user hello", "omg @user", "RT @user:", "wow @user", "@user um"),
    "end": ("", "", "", "", ".", "!", "!!", "?", "...", "http", "#fail", "#thanks", ":(", ":)", "smh", "lol", "please help",
            "thank you", "thanks", "#customerservice", "any ideas?", "ugh", "not happy", "never again", "!!!", "??", "😡", "😊",
            "👍", "wtf", "#badservice", "#love", "😩", "really?", "cheers", "so frustrating", "haha", "what a joke"),
    "thanks": ("thanks for", "thank you for", "thanks so much @user for", "@user thanks for", "big thanks to @user for",
               "well done @user for", "great job @user", "cheers @user for", "@user thank you for", "way to go"),
    "gift": ("{losing} my {thing}", "the {fast} {reply}", "the {good} {service}", "the {bad} {service}", "nothing",
             "another {time} of {waiting}", "getting me {place} on time", "the free {thing}", "sorting out my {thing}",
             "ruining my {day}", "making my {day}", "the help {today}", "the update", "being so {kind}", "being so {rude}",
             "leaving us {stranded}", "keeping us informed", "hanging up on me", "ignoring my {messages}", "the upgrade"),
    "trouble": (
        "been {waiting} for {time}", "still {waiting} for my {thing}", "my {thing} is {broken}", "you {lost} my {thing}",
        "your {person} was {rude}", "nobody {answers} the {line}", "no one can tell me where my {thing} is",
        "my {thing} was {cancelled} {again}", "{cancelled} with no {notice}", "on hold for {time}", "{time} and no {reply}",
        "your {site} is {down}", "can't get through to {anyone}", "I want my money back", "you charged me {twice}",
        "I was told {time} and it has been {time}", "the {thing} never arrived", "{stranded} at the {spot} {again}",
        "your {person} hung up on me", "still no {thing}", "no {notice}, no {reply}, no {thing}", "my {thing} arrived {broken}",
        "how hard is it to {fix} a {thing}", "they {lost} my {thing} and won't {fix} it", "missed my {event} because of you",
        "{person}s don't {care}", "the {line} keeps cutting me off", "your {site} won't let me {fix} my {thing}",
        "why is my {thing} always {late}", "third {thing} {late} this week", "had to pay {amount} for nothing",
        "I have {called} {twice} and nothing", "you overcharged me {amount}", "the {spot} is {filthy}", "we are {stuck} at the {spot}",
        "it's been {time} since I {called}", "you gave my {seat} away", "two {hours} to {fix} one {thing}", "they just {lied} to me",
        "my {thing} is delayed {time}", "your {person} refused to help", "I am {stuck} without my {thing}", "I got no {reply}",
    ),
    "ask": (
        "where is my {thing}", "can you {fix} my {thing}", "how do I {fix} my {thing}", "what time do you open {today}",
        "is the {spot} open {today}", "do you have {thing}s in stock", "can I change my {thing}", "who do I call about a {thing}",
        "can someone {reply} to my {messages}", "please DM me", "how long is the wait", "do you deliver to {place}",
        "any news on my {thing}", "is there a {person} I can speak to", "when will my {thing} {arrive}", "can I get a refund",
        "is the {site} {down}", "what's the number for {anyone}", "do I need a {thing} for {place}", "why was I charged {amount}",
        "will the {thing} be on time {today}", "could you follow back so I can DM you", "what is your policy on {thing}s",
    ),
    "praise": (
        "your {person} was {kind}", "{good} {service} {today}", "love your {thing}s", "the {person} went out of their way to help",
        "best {thing} ever", "just had a {good} {thing}", "my {thing} {arrived} early", "you guys are the best", "{fast} {reply}, thanks",
        "so impressed with your {service}", "shout out to the {person} at {place}", "your {person} made my {day}",
        "thanks for {fixing} my {thing}", "always {good} {service}", "I will be back", "excited for my {thing} {today}",
        "really {fast} and easy", "kudos to {anyone} at the {spot}", "got my {thing} back, thank you", "the {spot} looks {good}",
        "couldn't be happier with my {thing}", "the new {site} is {good}", "you have won a customer for life",
    ),
    "news": (
        "{place} {spot} opens {today}", "at the {spot} {waiting} for my {thing}", "off to {place} {today}", "just booked my {thing}",
        "{company} to {cut} {number} jobs", "{company} announces new {thing}s", "{company} shares rise", "{company} shares fall",
        "{company} {person}s vote to strike", "{company} apologises after {disaster}", "{company} recalls {thing}s after {disaster}",
        "{company} fined {amount} over {disaster}", "{company} named among best places to work", "sent you a DM", "I sent the form",
        "{disaster} at {company}", "police called to {spot} in {place}", "we {landed} {time} ago", "new {spot} in {place}",
        "{company} boss steps down", "watching the {company} advert", "our {thing} leaves at {hours}", "on my way to the {spot}",
    ),
    "verdict": (
        "worst {service} ever", "best {service} ever", "never using you again", "I'm done with you", "you should be ashamed",
        "what a joke", "this is unacceptable", "absolutely {bad}", "absolutely {good}", "very {bad} {service}", "so {good}",
        "you have lost a customer", "I'll take my money elsewhere", "switching to {company}", "I expected better", "get it together",
        "not impressed", "very impressed", "it was fine", "nothing special", "could be worse", "this is ridiculous",
        "how are you still in business", "you really don't {care}", "I am so {angry}", "I am so {happy}", "not good enough",
        "not bad at all", "no complaints", "can't fault you", "hats off", "disappointed", "shame on you", "boycott {company}",
    ),
    "wish": ("I wish you had a {spot} in {place}", "you need more {person}s", "please bring back the {thing}", "hire more {person}s",
             "please {fix} the {site}", "hope the {thing} is on time", "train your {person}s", "hope you {fix} this soon",
             "I hope my {thing} {arrives}", "just give me my {thing}", "answer your phones", "please don't {lose} my {thing}"),
    "thing": ("order", "parcel", "bag", "refund", "booking", "account", "appointment", "bill", "ticket", "delivery", "card", "phone",
              "internet", "train", "bus", "flight", "room", "meal", "food", "coffee", "car", "package", "payment", "reservation",
              "prescription", "operation", "contract", "connection", "laptop", "boiler", "policy", "claim", "luggage", "shoes",
              "password", "app", "voucher", "points", "upgrade", "pizza", "electricity", "water", "seat", "mortgage", "results"),
    "person": ("driver", "nurse", "agent", "manager", "doctor", "rep", "waiter", "receptionist", "guard", "staff", "supervisor",
               "engineer", "crew", "pilot", "cashier", "operator", "attendant", "team", "technician", "teacher"),
    "spot": ("store", "desk", "station", "airport", "gate", "ward", "hospital", "branch", "office", "hotel", "restaurant", "counter",
             "platform", "car park", "clinic", "checkout", "terminal", "lobby", "school", "bar"),
    "site": ("website", "site", "app", "system", "wifi", "online booking", "page", "phone line", "machine", "network"),
    "line": ("phone", "line", "phones", "call", "helpline", "chat", "door", "emails"),
    "service": ("service", "customer service", "experience", "communication", "support", "staff", "food", "care", "flight", "stay"),
    "waiting": ("waiting", "sitting", "standing in line", "stuck", "on hold", "queuing", "wait"),
    "time": ("2 hours", "3 hours", "an hour", "45 minutes", "30 mins", "two days", "3 weeks", "six months", "all day", "ages", "a week",
             "over an hour", "10 minutes", "five hours", "4 hrs", "20 min", "forever", "days", "a month", "90 minutes"),
    "hours": ("hours", "9 am", "6:30", "noon", "hrs", "midnight", "5pm", "days"),
    "today": ("today", "tonight", "tomorrow", "this morning", "on Monday", "yesterday", "now", "on Christmas", "this weekend", ""),
    "place": ("London", "Boston", "Chicago", "Leeds", "Dallas", "Paris", "Denver", "town", "home", "Austin", "Manchester", "LA"),
    "company": ("@user", "the bank", "the airline", "the hospital", "the council", "the company", "the railway", "the store"),
    "disaster": ("data breach", "crash", "fire", "outage", "strike", "food poisoning", "scandal", "delays", "leak", "fraud", "flood"),
    "amount": ("$50", "£20", "$200", "40 dollars", "twice the price", "£5m", "$1,000", "a fortune", "extra", "10 euros"),
    "number": ("200", "50", "5,000", "two thousand", "hundreds of"), "cut": ("cut", "create", "move"), "twice": ("twice", "3 times", "again"),
    "again": ("again", "", "for the second time", "last minute", "once again"), "notice": ("notice", "warning", "explanation", "email"),
    "reply": ("reply", "response", "answer", "callback", "apology", "help"), "messages": ("emails", "calls", "tweets", "messages", "DMs"),
    "anyone": ("anyone", "customer service", "a human", "a real person", "support", "everyone", "Sarah", "the manager", "Mike"),
    "fix": ("fix", "change", "find", "cancel", "replace", "sort", "book", "pay", "rebook"), "fixing": ("fixing", "finding", "sorting"),
    "broken": ("broken", "missing", "wrong", "late", "damaged", "lost", "delayed", "cold", "not working", "cancelled", "gone", "ready"),
    "lost": ("lost", "broke", "damaged", "cancelled", "forgot", "delayed", "ruined"), "losing": ("losing", "breaking", "finding", "delaying"),
    "lose": ("lose", "break", "delay"), "late": ("late", "delayed", "cancelled", "wrong", "full"), "lied": ("lied", "laughed", "listened"),
    "cancelled": ("cancelled", "canceled", "delayed", "rescheduled", "moved", "changed", "refused"), "care": ("care", "listen", "help"),
    "answers": ("answers", "picks up", "is answering"), "down": ("down", "not working", "slow", "broken", "crashing", "up again", "useless"),
    "stranded": ("stranded", "stuck", "waiting", "sitting", "in the dark"), "stuck": ("stuck", "stranded", "waiting", "locked out"),
    "filthy": ("filthy", "a mess", "packed", "freezing", "closed", "dirty", "empty", "understaffed"), "landed": ("landed", "arrived", "left"),
    "rude": ("rude", "so rude", "useless", "unhelpful", "clueless", "awful", "lazy", "nasty", "disrespectful", "incompetent"),
    "kind": ("kind", "amazing", "so helpful", "lovely", "patient", "friendly", "great", "awesome", "fantastic", "wonderful", "the best"),
    "good": ("good", "great", "amazing", "excellent", "awesome", "brilliant", "lovely", "perfect", "fantastic", "smooth"),
    "bad": ("bad", "terrible", "awful", "horrible", "poor", "shocking", "pathetic", "disgraceful", "appalling", "worst", "useless"),
    "fast": ("fast", "quick", "prompt", "slow", "speedy"), "day": ("day", "holiday", "weekend", "trip", "night", "birthday", "honeymoon"),
    "event": ("flight", "connection", "meeting", "wedding", "appointment", "train", "exam", "interview", "funeral", "vacation"),
    "called": ("called", "emailed", "asked", "complained", "tweeted", "phoned", "written"), "arrive": ("arrive", "ship", "be fixed"),
    "arrives": ("arrives", "comes", "works"), "arrived": ("arrived", "came", "shipped"), "angry": ("angry", "mad", "upset", "annoyed", "tired"),
    "happy": ("happy", "grateful", "pleased", "excited", "impressed"), "seat": ("seat", "room", "table", "place"),
}  # fmt: skip


def make_posts(count: int, seed: int, alike: Mapping[str, Sequence[str]]) -> list[str]:
    """Return posts; in two of three, one word in ten or in four is replaced by one like it."""
    random = np.random.default_rng(seed)

    def pick(words: Sequence[str]) -> str:
        return words[int(random.integers(len(words)))]

    def post() -> str:
        text = pick(_POSTS)
        while "{" in text:
            text = _SLOT.sub(lambda slot: pick(_CHOICES[slot[1]]), text)
        share = pick(("0", "0.1", "0.25"))
        return " ".join(
            pick(near) if random.random() < float(share) and (near := alike.get(word.lower())) else word
            for word in text.split()
        )

    return [post() for _ in range(count)]


_POSTS = tuple(pattern.strip() for pattern in _CHOICES["post"] if pattern.strip())
