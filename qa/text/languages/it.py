"""Italian."""

from __future__ import annotations

from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="it",
    stemmer="italian",
    function_words=words("""
        agli al alla alle allo anche ci con cosi cui da dagli dai dal dall dalla dalle dei del dell della delle dello
        di dopo ed erano essere fra gia gli ha hanno il in io l la le lei lo loro lui mentre mi ne nei nel nell nella
        nelle nello noi non per perche piu poi quale quali quando quanta quante quanti quanto quella quelle quelli
        quello questa queste questi questo se si sia su sua sugli sui sul sull sulla sulle suo suoi tra tutti un una
        uno
        """),
    homographs=words("come sono sei due stato era a ad ai che chi dove e ho i ma o pure sue"),
    accented=words("è più perché già così può"),
    stressed=words("non tutti"),
    months=(
        *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno"),
        *("luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    ),
    months_in_dates={1: "genn gen", 2: "febbr", 5: "magg mag", 6: "giu", 7: "lug", 8: "ago", 9: "sett set", 10: "ott"},
    numerals=numbered(
        "- due tre quattro cinque sei sette - nove dieci undici dodici tredici quattordici quindici sedici"
    )
    | numbered("venti trenta quaranta cinquanta sessanta settanta ottanta novanta", 20, 10)
    | {"cento": 100, "mille": 1_000, "milioni": 1_000_000, "miliardi": 1_000_000_000},
    ordinals=numbered("- secondo/seconda terzo/terza quarto/quarta quinto/quinta sesto/sesta settimo/settima"),
    ordinal_suffixes=words("º ª"),
    percent=phrases("percento, percentuale, percentuali, per cento"),
    asking=words("dire dice detto disse menzionare menziona succedere succede successo"),
    asks_number=phrases("""
        quando, quanto, quanta, quanti, quante, che anno, quale anno, quale data, che data, quale percentuale,
        che giorno
        """),
    in_english={
        "why": phrases("perché"),
        "how old": phrases("quanti anni"),
        "what": phrases("che cosa, cosa, che"),
        "which": phrases("quale, quali, qual"),
        "who": phrases("chi"),
        "when": phrases("quando"),
        "where": phrases("dove"),
        "how long": phrases("quanto tempo"),
        "how much": phrases("quanto, quanta"),
        "how many": phrases("quanti, quante"),
        "how": phrases("come"),
    },
    negation=phrases("non, nessun*, niente, nulla, senza, tranne, neppure, nemmeno, neanche"),
    contrast=phrases("ma, però, tuttavia, tranne, eccetto, salvo, sebbene, benché, nonostante, nega, ha negato"),
    refers_back=phrases("lui, lei, loro, egli, ella, essi, esse, suo, sua, suoi"),
    begins_back=phrases("questo, questa, questi, queste, ciò, quello, quella"),
    corrects=phrases("ha corretto, rettificato, rettifica, inizialmente riferito"),
    interrogatives=words("che chi cosa quale quali quando perche quanto quanta quanti quante"),  # "come" is English
    asks_reason=r"perch[eé]|come mai|per quali? (?:motiv|ragion)[eio]",
    gives_reason=(
        r"perch[eé]|poich[eé]|affinch[eé]|a causa d\w*|per via d\w*|in seguito a\w*|dovut[aeio] a\w*|grazie a\w*"
        r"|motiv[io]|ragion[ei]|causat[aeio]"
    ),
    asks_request=r"(?:ri)?chie(?:sto|de|dono|deva|se|sero|dere)|sollecit\w+|esort(?:a|ano|ato|are|[oò])|pretes[oa]|pretend(?:e|ono)",
    gives_request=(
        r"ha(?:nno)? (?:ri)?chiesto|(?:ri)?chie(?:de|dono|deva|devano|se|sero)"
        r"|(?:sollecit|esort)(?:a|ano|ato|[oò])|ha(?:nno)? (?:invitato|preteso|invocato)|pretend(?:e|ono)"
    ),
    asks_who=r"chi (?:[eè]|era|sono)",
    titles=words("sig sigg dott avv ing on sen prof"),
    abbreviations=words("gen art artt n pag ecc cfr"),
    demonyms=words("ano ana ese ino ina"),
)
