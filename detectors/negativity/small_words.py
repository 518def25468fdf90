"""The words that stand in nearly every text of a language."""

# ruff: noqa: E501 - lists of words

SMALL_WORDS = {
    "en": (
        "the a an and or of to in on at is are was were be been am i i'm im you your u he she it it's its we they them "
        "this that these those my me our us his her their with for from by as not no so do does did don't dont just if "
        "but what when who how why will would can can't cant could should have has had get got out up about all more "
        "there here than then now new one lol thank thanks please good great bad love hate like go going some very too "
        "any over after before because still only even ever never day today time know see make made people really"
    ),
    "de": (
        "der die das und ist nicht ich du wir ihr sie es ein eine einen einem einer den dem des mit für auf von zu zum "
        "zur im am bei aus nach wie was wenn dass auch noch schon nur sehr aber oder mehr kein keine mich mir dich dir "
        "uns euch sich wird werden wurde hat habe haben hatte sind war bin bist kann mal so über unter vor durch danke "
        "heute immer wieder jetzt hier da gut schlecht warum doch nichts alles ja nein"
    ),
    "fr": (
        "le la les un une des du de et est pas ne je tu il elle nous vous ils elles on ce cette ces mon ma mes ton ta "
        "son sa ses notre votre leur qui que quoi dans sur pour par avec sans plus très bien mal mais ou où donc c'est "
        "j'ai qu'il n'est d'un d'une l'on au aux en y être avoir fait suis sont était merci bonjour oui non comme tout "
        "tous toujours jamais rien encore aussi même ça quand pourquoi"
    ),
    "es": (
        "el la los las un una unos unas de del y o es son no en que qué por para con sin se me te le nos mi mis tu tus "
        "su sus lo al a como cómo más muy pero si sí ya está están esta este esto eso ha han hay fue ser era cuando "
        "donde porque todo todos nada nunca siempre hoy gracias hola bien mal yo él ella ustedes nosotros también qué"
    ),
    "pt": (
        "o a os as um uma de do da dos das e é são não em no na nos nas que por para com sem se me te meu minha seu sua "
        "eu você ele ela nós vocês eles mais muito mas como quando onde porque tudo nada nunca sempre hoje obrigado "
        "obrigada bom boa mal ser está estão foi tem já só isso isto ao pelo pela também pra tá"
    ),
    "it": (
        "il lo la i gli le un uno una di del della dei delle da dal in nel nella che è e non si mi ti ci vi con per su "
        "sul come più ma o anche sono sei ho hai ha hanno era essere fatto questo questa quello quella io tu lui lei noi "
        "voi loro mio mia tuo grazie ciao bene male molto tutto tutti niente mai sempre oggi perché quando dove alla al"
    ),
    "nl": (
        "de het een en van ik je jij u hij zij wij ze we is niet dat die dit deze op te in met voor aan er maar om ook "
        "als dan nog wel naar bij uit door over zijn was heb hebt heeft hebben worden wordt kan geen meer veel wat hoe "
        "waarom wanneer goed slecht altijd nooit vandaag bedankt dank jullie mijn jouw ons hun zo heel toch"
    ),
    "sv": (
        "och det att i en ett som är jag du han hon vi ni de på för med av inte den har till om men så var från kan när "
        "nu ska vill min mitt din sig man alla bara mycket också här där hur varför tack idag bra dålig ingen inget blir"
    ),
    "da": (
        "og det at i en et som er jeg du han hun vi de på for med af av ikke den har til om men så var fra kan når nu "
        "skal vil min mit din sig man alle bare meget også her der hvor hvorfor tak takk god dårlig ingen bliver blir"
    ),
    "pl": (
        "i w na z do nie się że to jest są jak co ale czy tak za po dla od ze o przez ja ty on ona my wy oni mnie mi ci "
        "ten ta te tego już tylko jeszcze bardzo być był była było mam masz ma dziękuję dzień dobry dlaczego kiedy"
    ),
    "tr": (
        "bir ve bu da de için ne çok mi mı ben sen o biz siz onlar ama gibi daha var yok değil kadar olarak ile en her "
        "şey neden nasıl bana sana beni seni iyi kötü teşekkürler evet hayır bugün"
    ),
    "id": (
        "yang dan di ke dari ini itu untuk dengan tidak ada saya aku kamu kita mereka dia akan sudah belum juga bisa "
        "apa kenapa banget aja gak nggak ga tak lagi sama kalau karena pada terima kasih selamat jangan semua"
    ),
    "fi": "ja on ei se että en oli hän mutta niin kun kuin minä sinä me te he tämä mitä nyt vain myös olen ole jos kiitos",
    "tl": "ang ng sa na mga ako ka ko mo siya kami tayo kayo sila hindi ito yan yung naman lang din rin kung para ay po",
}  # fmt: skip
ENGLISH_TOO = frozenset(
    [
        "a",
        "as",
        "at",
        "die",
        "do",
        "he",
        "him",
        "her",
        "in",
        "is",
        "me",
        "no",
        "on",
        "or",
        "so",
        "to",
        "was",
        "we",
        "went",
        "am",
        "an",
        "be",
        "us",
        "has",
        "i",
        "man",
        "war",
        "all",
        "one",
    ]
)
LANGUAGES = tuple(SMALL_WORDS)
"""Languages that can be told apart, in two letters; English first."""


def small_words() -> frozenset[str]:
    """Return the words that stand in nearly every text of some language."""
    return frozenset(word for words in SMALL_WORDS.values() for word in words.split())
