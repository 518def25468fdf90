"""Requests to act against a company: "delete #X", "boycott X", "cancel your X", "stop buying from X"."""

# ruff: noqa: E501 - patterns, which are read as wholes

import re

_LEAD = (
    r"(?:please|pls|plz|just|everyone|everybody|guys|folks|friends|people|y'all|yall|all of you|so|now|and|then|go|do|also|seriously|"
    r"(?:it's |its )?(?:about )?(?:high )?time (?:for (?:us|everyone) )?to|let's(?: all)?|lets(?: all)?|(?:we|you|everyone|everybody|people)"
    r"(?: all)? (?:should|must|need to|have to|gotta|can)(?: all)?|(?:i )?(?:urge|beg|ask|call on|encourage) (?:you|everyone|people|all)"
    r"(?: of you)?(?: all)? to|call to|calls? for|i say|reason(?:s)? (?:enough )?to|"
    r"here's how to|how to|retweet and|rt and|share and|if you [^.!?]{3,60},|to all [^.!?]{3,30},|#\w+|@\w+)[ ,:]+"
)
_BEGIN = rf"(?:^|[.!?:;—–\n\"“”…]|\s-)\s{{0,2}}(?:{_LEAD}){{0,4}}"
_WHOM = (
    r"(?:(?:the|that|this|your|our|ur|all|every|all your|any|all of your|out of|off|from|with|to|at|their|these)\s+){0,3}"
    r"(?:[#@]?§|[#@]\w|[A-Z][\w&'.-]*|(?:\w+ )?(?:app|apps|account|accounts|subscriptions?|memberships?|orders?|contracts?|bookings?|polic(?:y|ies)|plans? with|"
    r"cards?|shares|stock|products?|company|brand|bank|airline|store|stores|shop|chain|service)\b)"
)
_VERB = (
    r"(?:boycott|uninstall|unsubscribe|delete|cancel|dump|ditch|quit|ban|defund|divest|deactivate|avoid|shut ?down|stay away|steer clear|stay clear|"
    r"walk away|shun|blacklist|bankrupt|sue|switch away|stop (?:\w+ )?\w+ing(?: \w+){0,2}|(?:do not|don't|dont|never|nobody|no one)(?: \w+)? "
    r"(?:buy|use|shop|fly|support|eat|trust|give|bank|sign|download|pay|book|order|drink|stream|install|do business|spend|renew|invest|subscribe)\b"
    r"(?: \w+){0,2})"
)
_WEAK_VERB = (
    r"(?:drop|leave|unfollow|return|sell|switch|abandon|expose|report|refuse|reject|block|scrap|bin|close|terminate|pull|withdraw|kick|fire|sack|"
    r"starve|bury|give up|get rid of)"
)
_THEIRS = (
    r"(?:(?:the|that|this|your|our|ur|all|every|all your|any|all of your|out of|off|from|with|their|these)\s+){0,3}(?:[#@]?§|#\w|(?:your|our) (?:\S+ ){0,2}"
    r"(?:apps?|accounts?|subscriptions?|memberships?|contracts?|bookings?|polic(?:y|ies)|cards?|shares|stock)\b)"
)
# Capital letters tell a name, so only what is no name is matched in either case.
_ORDER = re.compile(rf"(?i:{_BEGIN})(?:(?i:{_VERB})\s+{_WHOM}|(?i:{_WEAK_VERB})\s+{_THEIRS})")
_ANYWHERE = re.compile(
    r"(?i)\b(?:boycott(?:ing)?\s+(?:the\s+)?(?:§|[#@]?\w)|take (?:your|our|my) (?:money|business|custom|patronage)\s+(?:\w+ ){0,2}(?:elsewhere|out|away|from)|"
    r"vote with your (?:wallet|feet)s?|(?:sign|share) (?:the|this|our) petition|join (?:the|our|us in) (?:\w+ )?(?:boycott|walkout|strike|class action|picket)|"
    r"hold (?:§|\S+(?: \S+)?) (?:to account|accountable|responsible)|demand (?:a |your |our )?(?:refunds?|your money back|answers|justice|accountability|action)|"
    r"(?:join|meet) us\b[^.!?]{0,40}\b(?:protest|picket|demonstrat\w+|rally)|"
    r"(?:must|should|has to|needs to) (?:resign|go now|step down|be (?:sacked|fired|shut down|closed|banned|boycotted|held (?:to account|accountable)|"
    r"prosecuted|jailed|broken up|stopped|sued|investigated))|(?:ceo|boss|boss(?:es)?|chief|chairman|board|director) must go|"
    r"(?:not|never) (?:spend|give)(?:ing)? (?:another|one more|a single|a) (?:penny|cent|dime|pound|dollar|euro)|shut (?:§|it|them|[A-Z]\w+) down|"
    r"(?:close|cancel|delete|empty) your (?:\w+ ){0,3}(?:accounts?|subscriptions?|memberships?|cards?|apps?)|spread the word: (?:don't|dont|avoid)|"
    r"no (?:more )?(?:money|business|custom|clicks) (?:for|to) (?:§|[#@]|[A-Z])|name and shame (?:§|[#@]|[A-Z]))"
)
_TAG = re.compile(
    r"#(?:(?i:boycott(?!ed|ing)|uninstall|delete(?!d|s)|cancel(?!l?ed|cult|l?ation|ling)|defund|shameon|dropout(?!s)|closeyour|dontbuy|donotbuy|neverbuy|stopbuying|"
    r"stopusing|deletethe|arrestthe|jailthe)(?=[\w§])|(?:[Bb]an|[Dd]itch|[Dd]ump|[Qq]uit|[Ss]top|[Ss]ue|[Ss]ack|[Ff]ire|[Ll]eave|[Aa]void|[Ss]hut[Dd]own|[Bb]oot)(?=[A-Z§]))"
)
_OTHER_TAG = re.compile(
    r"(?i)#(?:stop(?:asian)?(?:hate|war|motion|thesteal|racism|bullying|smoking|wars?\w*)|quit(?:smoking|ting\w*)|boycottbeijing1936|leave(?:no|the)\w*|fire(?:works?\w*|fly\w*))"
)
_NOT_MEANT = re.compile(
    r"(?i)\b(?:don't|dont|do not|didn't|won't|never|no need to|can't|cannot|couldn't|unable to|trying to|tried to|why|stop calls to|no reason to|refuse to|rejects?|against|"
    r"easy to|to|not|who wants to|i'd never|wouldn't|ends?|ended|of|1955|bus) (?:boycott|cancel|delete|uninstall|unsubscribe|ban|avoid|sue)\b|"
    r"\bdrop (?:\S+ ){0,3}an? (?:line|note|message|email|mail|review|comment|hint)\b|\b(?:delete|cancel|close|drop|block|return|bin|report|quit|dump|pull|leave|switch) (?:(?:the|that|this|your|my|old|all|a|an|any|every|both|off|unused|duplicate|first|last) )*"
    r"(?:emails?|files?|photos?|cookies|tabs?|browsers?|plans(?! with)|weekends?|line|text|texts|messages?|history|drafts?|comments?|meetings?|playing|worrying|duplicates?|"
    r"scrolling|trying|smoking|review|reviews|search|post|posts|tweets?|calendar|everything|culture|noise|spam|calls?|row|rows|column|folder|lights?|the lights|"
    r"door|window|gym|job|jobs|school|deal|by|us|in|it off|a review|feedback|room|behind|sugar|parking|coffee|books?|dms?|eye|eyes|mask|class|home|work|early|tax|"
    r"alarm|alarms|event|noise|distractions|dinner)\b"
)


_NAMED_TAG = re.compile(
    r"#(?i:never|nomore|goodbye|bye|stop|arrest|jail|dump|ditch|ban|quit|leave|sue|sack|fire|shame(?:on)?|boycott|cancel|delete|avoid|hate|exposing|expose|f\w{0,3}|"
    r"screw|justicefrom)(?:the)?§|#§(?i:mustgo|mustfall|out|isover\w*|gate|lies|lied|fail|exposed|kills|steals|cheats|scam|fraud|scandal|shame|boycott|down|outage|strike)\b"
)


def has_call(text: str) -> bool:
    """Return whether a text asks others to act against whom it names, which ``§`` may stand for.

    Examples
    --------
    >>> [has_call(text) for text in ("Delete #Acme", "please cancel your Acme subscription", "Delete the last line")]
    [True, True, False]
    """
    if _NAMED_TAG.search(text):
        return True
    if _TAG.search(text) and not _OTHER_TAG.search(text):
        return True
    found = _ANYWHERE.search(text) or _ORDER.search(text)
    return found is not None and _NOT_MEANT.search(text) is None
