"""English."""

from __future__ import annotations

from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="en",
    stemmer="english",
    function_words=words("""
        a about above after again against all also am an and any are as at be because been before being below between
        both but by can could did do does doing don down during each few for from further fy had has have having he her
        here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now
        of off on once only or other our ours ourselves out over own same she should so some such than that the their
        theirs them themselves then there these they this those through to too under until up upon very was we were
        what when where which while who whom whose why will with would you your yours yourself yourselves
        """),
    homographs=words("said says according"),
    stressed=words("""
        all am and any are because but can could did do does every fy had has have how is more most must no nor not of
        only or should than that the very was were what when where which why will with would you your
        """),
    months=(
        *("january jan", "february feb", "march", "april apr", "may", "june jun"),
        *("july jul", "august aug", "september sep sept", "october oct", "november nov", "december dec"),
    ),
    months_in_dates={3: "mar"},
    numerals=numbered("""
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty
        """)
    | numbered("thirty forty fifty sixty seventy eighty ninety", 30, 10)
    | {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000},
    ordinals=numbered("""
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
        fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
        """),
    ordinal_suffixes=words("st nd rd th"),
    percent=phrases("percent, percentage, percentages, per cent, per cents, pct"),
    asking=words("say says said tell tells told mention mentions mentioned happen happens happened"),
    asks_number=phrases("""
        when, how many, how much, how long, how old, how often, how far, how large, how high, what percent*,
        which percent*, what number, which number, what share, which share, what year, which year, what date,
        which date, what day, which day
        """),
    negation=phrases("not, never, no, nor, neither, none, nobody, nothing, cannot, without, except, *n't"),
    contrast=phrases("""
        but, however, unless, except, although, though, yet, nevertheless, nonetheless, not, denied, denies, deny
        """),
    refers_back=phrases("he, she, they, his, her, their, its, such"),
    begins_back=phrases("it, this, these, that, those"),
    addresses=phrases("you, your, yours, yourself"),
    corrects=phrases("""
        corrected, corrects, correction, corrections, retracted, first reported, initially reported, wrongly reported,
        originally reported, earlier reported, previously reported, first thought, initially thought, earlier report*,
        earlier figure*, toll rose to, toll rises to, toll has risen to, toll climbed to, toll lowered to, toll revised
        """),
    irregular=phrases("""
        begin began begun, break broke broken, build built, buy bought, catch caught, child children, come came,
        choose chose chosen, dead death die, draw drew drawn, drive drove driven, eat ate eaten, fall fell fallen,
        fight fought, find found, flee fled, fly flew flown, foot feet, forbid forbade forbidden, get got,
        give gave given, go went gone, grow grew grown, hear heard, hide hid hidden, hold held, keep kept,
        know knew known, lead led, leave left, lend lent, lose lost, make made, man men, meet met, pay paid,
        ride rode ridden, rise rose risen, run ran, see saw seen, sell sold, send sent, shoot shot, sink sank sunk,
        speak spoke spoken, spend spent, stand stood, steal stole stolen, strike struck, swear swore sworn,
        take took taken, teach taught, tear tore torn, think thought, throw threw thrown, wear wore worn, win won,
        withdraw withdrew withdrawn, woman women, write wrote written
        """),
    interrogatives=words("""
        what which who whom whose when where why how did does do is are was were has have had can could will would
        should
        """),
    asks_reason=r"why|what (?:caused|led|made|is behind|was behind)|(?:the|what) reasons?",
    gives_reason=(r"because|due to|owing to|thanks to|in order to|so that|as a result|blam\w+|reasons?|citing|caus\w+"),
    asks_request=r"(?:request|demand|urge|appeal|ask)(?:e?d|s)?|call(?:ed|s)? (?:on|upon|for)",
    gives_request=(  # not "the request", which speaks of one
        r"(?<!\bthe )(?<!\ba )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bits )"
        r"(?:requested|requests|urged|urges|urging|demanded|demands|demanding|appealed|appeals|appealing|asked|asks"
        r"|asking|(?:called|calls|calling)(?: \S+){0,4}? (?:on|upon|for)"
        r"|ma(?:de|kes?|king) (?:an?|his|her|their|its|this) (?:call|request|appeal|demand|plea))"
    ),
    asks_who=r"(?:who|what)(?: is| was| are| were|'s|\u2019s)",
    titles=words("mr mrs ms dr prof sr sen rep gov hon rev gen col lt sgt capt"),
    abbreviations=words("st jr vs inc ltd no fig vol approx dept est pp p art"),
    demonyms=words("an ian n ean ese ish i"),
    peoples=phrases("""
        argentina argentine, britain british briton, czechia czech, denmark danish dane, england english englishman,
        finland finnish finn, france french frenchman frenchmen, germany german, greece greek,
        holland netherlands dutch dutchman dutchmen, iceland icelandic, ireland irish irishman, kazakhstan kazakh,
        norway norwegian, peru peruvian, philippines filipino philippine, poland polish pole,
        scotland scottish scots, slovakia slovak, spain spanish spaniard, sweden swedish swede, switzerland swiss,
        thailand thai, turkey turkish turk, usa US american, wales welsh, yemen yemeni, afghanistan afghan
        """),
)
