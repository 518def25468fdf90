"""Words of feeling that every theme may use."""

WHEN = (
    "today", "this morning", "tonight", "this week", "yesterday", "right now", "after work", "at the weekend",
    "last night", "since Monday",
)  # fmt: skip
WHO = (
    "my mum", "my dad", "my sister", "my flatmate", "my neighbour", "a friend", "my wife", "my husband",
    "our youngest",
    "a colleague", "my gran", "my brother",
)  # fmt: skip
GRUMBLE = (
    "Annoying.", "Not happy.", "Really disappointed.", "What a pain.", "So frustrating.", "This is getting tiresome.",
    "Poor show.", "Bit of a mess.", "Terrible service.", "I am losing patience.", "It ruined the evening.",
    "Bad start.",
    "Nobody answers the phone, which is worse.", "Second time this month, I am fed up.", "Useless.", "Awful.",
)  # fmt: skip
GLAD = (
    "Lovely.", "Thank you.", "Great service.", "Really pleased.", "Made my day.", "Impressed.", "Well done.",
    "So happy.",
    "Brilliant.", "Would recommend.", "Very kind of them.", "Nice touch.", "Good people.", "Credit where it is due.",
)  # fmt: skip
SHRUG = (
    "That is all.", "Anyway.", "Carry on.", "Just saying.", "Back to work.", "Tea first.", "Let us see.",
    "We will see.",
    "Long week.", "Same as ever.", "So it goes.", "You know how it is.", "Details later.", "Ask me tomorrow.",
)  # fmt: skip
ANGER = (
    "This is a disgrace and I am angry.", "Absolutely disgusting.", "Shame on them, shame.", "I am furious.",
    "What an awful insult.",
    "This is outrageous and wrong.", "A terrible decision.", "The worst thing they have ever done.",
    "Pathetic and sad.", "I am so angry.",
    "How dare they, I am furious.", "They have lost their minds, this is horrible.",
    "Horrible way to treat people.", "Disgusted.",
    "It makes me sick and angry.", "Appalling, disgraceful.", "What a stupid, stupid move.",
    "They should be ashamed.", "I hate this.",
    "Awful. Just awful.", "Whoever approved this is an idiot.", "An ugly, cynical, hateful move.",
    "Unacceptable and insulting.",
    "I feel betrayed and angry.", "What a nasty slap in the face.", "I have never been so disappointed.",
    "Utterly shameful.",
    "They clearly hate us.", "Terrible, terrible, terrible.", "This stinks, and it is wrong.", "Sick of this abuse.",
    "Makes me angry every time I read it.", "Nasty, nasty people.", "They lied to us, the liars.", "A horrible mess.",
    "This is just wrong and cruel.", "What a bunch of greedy crooks.", "Dreadful, and they do not even say sorry.",
    "Worst news of the year.", "How dare they.", "They lied to us.", "What a slap in the face.", "This stinks.",
    "Bad, bad, bad.", "It hurts, and they know it.", "I am disgusted and so is everyone I know.",
)  # fmt: skip
SARCASM = (
    "Well played.", "Slow clap.", "Congratulations, truly.", "What a time to be alive.", "Genius.", "Thanks a bunch.",
    "Love that for us.", "Sure, why not.", "Very classy.", "Nice one.", "Someone got a bonus for this.",
)  # fmt: skip
DELIGHT = (
    "This is wonderful.", "I love it.", "Amazing work.", "Best news of the week.", "So proud of them.", "Beautiful.",
    "Congratulations!", "I am so excited.", "What a great day.", "Fantastic.", "Well deserved.",
    "Brilliant, just brilliant.",
    "I cannot stop smiling.", "Superb.", "They nailed it.", "Impressive stuff.", "Happy for everyone there.",
    "Wow, gorgeous.",
    "This made me so happy.", "Excellent.", "Hats off, great team.", "Thrilled.", "A joy.",
)  # fmt: skip

FEELINGS: dict[str, tuple[str, ...]] = {
    "when": WHEN, "who": WHO, "grumble": GRUMBLE, "glad": GLAD, "shrug": SHRUG, "anger": ANGER, "sarcasm": SARCASM,
    "delight": DELIGHT,
}  # fmt: skip
