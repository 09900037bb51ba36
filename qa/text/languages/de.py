"""German."""

from __future__ import annotations

from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="de",
    stemmer="german",
    function_words=words("""
        aber als auch auf aus bei beim bis da damit dann das dass denn der des dessen deren diese diesem diesen
        dieser dieses doch durch ein eine einem einen einer eines er es gegen hatte hatten ich ihm ihn ihr ihre
        ihren ihrer ist jedoch kann kein keine keinen konnen mit nach nicht noch nur ob oder ohne sein seine
        seinem seinen seiner seit sich sie sind soll sollen sowie uber um und uns unter vom von vor warum wann
        weil wenn wer werden wie wieder wir wird wo worden wurde wurden zu zum zur zwischen
        """),
    homographs=words("die war man hat was will in am an so also bin sagte dem den dies fur im ins"),
    accented=words("für über können würde während wäre"),
    stressed=words("aber kein nicht nur und"),
    months=(
        *("januar janner", "februar", "marz", "april", "mai", "juni"),
        *("juli", "august", "september", "oktober okt", "november", "dezember"),
    ),
    months_in_dates={3: "mar mrz", 12: "dez"},
    numerals=numbered("""
        - zwei drei vier funf/fünf sechs sieben acht neun zehn - zwolf/zwölf dreizehn vierzehn funfzehn/fünfzehn
        sechzehn siebzehn achtzehn
        neunzehn zwanzig
        """)
    | numbered("dreissig/dreißig vierzig funfzig/fünfzig sechzig siebzig achtzig neunzig", 30, 10)
    | {"hundert": 100, "tausend": 1_000, "millionen": 1_000_000, "milliarden": 1_000_000_000},
    percent=phrases("prozent"),
    asking=words("sagen sagt sagte gesagt erwahnen erwahnt passieren passiert geschehen geschah"),
    asks_number=phrases("""
        wann, wie viel*, wieviel*, wie lange, wie oft, was koste*, wie hoch, wie groß, wie gross, wie alt, wie weit,
        welches jahr, welchem jahr, welches datum, welcher tag, welchem tag
        """),
    in_english={
        "why": phrases("warum, weshalb, wieso"),
        "what for": phrases("wozu, wofür"),
        "how old": phrases("wie alt"),
        "what": phrases("was, worum, wovon, womit, woran"),
        "which": phrases("welche, welcher, welches, welchen, welchem"),
        "who": phrases("wer, wen, wem"),
        "when": phrases("wann"),
        "where": phrases("wo, wohin, woher"),
        "how long": phrases("wie lange"),
        "how much": phrases("wie viel, wie hoch"),
        "how many": phrases("wie viele"),
        "how": phrases("wie"),
    },
    negation=phrases("nicht, nie, niemals, kein*, niemand, nichts, ohne, außer, ausser, weder"),
    contrast=phrases(
        "aber, jedoch, allerdings, dennoch, trotzdem, außer, ausser, obwohl, sondern, nicht, bestritt, bestreitet"
    ),
    refers_back=phrases("er, sie, ihr, ihre, ihren, ihrer, sein, seine, seinen, seiner, dessen, deren"),
    begins_back=phrases("dies, diese, dieser, dieses, das, es"),
    addresses=phrases("du, dich, dir, euch"),
    corrects=phrases("korrigiert*, berichtigt*, zunächst gemeldet, zunächst berichtet, ursprünglich gemeldet"),
    interrogatives=words("""
        wer wen wem wessen wann wo wohin woher wie warum weshalb wieso wozu worum wofur welche welcher welches welchen
        welchem
        """),
    asks_reason=r"warum|weshalb|wieso|aus welche[mn] gr[uü]nde?n?",
    gives_reason=r"weil|wegen|aufgrund|damit|gr[uü]nde?|ursachen?|verursach\w+|zur[uü]ckzuf[uü]hren",
    asks_request=r"(?:ge)?forder(?:te|ten|t|n)|verlang(?:te|ten|t|en)|worum ba(?:t|ten)|appellier\w+",
    gives_request=(
        r"forder(?:te|ten|t|n)|verlang(?:te|ten|t|en)|appellier(?:te|ten|t|en) an|dr[aä]ng(?:te|ten|t) auf"
        r"|(?:rief|riefen|ruft|rufen)(?: \S+){1,8}? (?:dazu )?auf|(?:bat|baten|bittet|bitten)(?: \S+){1,6}? (?:dar)?um"
    ),
    asks_who=r"wer (?:ist|war|sind)",
    titles=words("abs mio mrd dr prof nr"),
    abbreviations=words("art bzw ca str vgl etc evtl ggf hrsg inkl jh max min sog st tel usw vs z u d o"),
    demonyms=words("isch ische ischen ischer er"),
)
