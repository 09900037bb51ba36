"""Spanish."""

from __future__ import annotations

from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="es",
    stemmer="spanish",
    function_words=words("""
        al ante aquel aquella aquello como con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde
        durante e el ella ellas ellos en entre esa esas ese eso esos esta estas este esto estos fue fueron ha hacia
        han hasta hay la las le les lo los mas muy ni nos o para pero por porque que quien quienes se ser si sobre su
        sus tambien tras un una unas uno unos y
        """),
    homographs=words("son sin era has no dijo segun"),
    accented=words("más también qué quién cuándo dónde él está están según año"),
    stressed=words("ni muy nunca pero si y"),
    months=(
        *("ene enero", "feb febrero", "marzo", "abr abril", "mayo", "junio"),  # "mar" and "ago" are words
        *("julio", "agosto", "septiembre setiembre", "octubre", "noviembre", "dic diciembre"),
    ),
    months_in_dates={3: "mar", 8: "ago", 9: "set"},
    numerals=numbered("""
        - dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis/dieciséis
        diecisiete dieciocho
        diecinueve veinte
        """)
    | numbered("treinta cuarenta cincuenta sesenta setenta ochenta noventa", 30, 10)
    | {"cien": 100, "mil": 1_000, "millon": 1_000_000, "millón": 1_000_000, "millones": 1_000_000},
    ordinals=numbered("""
        primero/primera segundo/segunda tercero/tercera/tercer - quinto/quinta sexto/sexta septimo/septima
        octavo/octava noveno/novena decimo/decima
        """),
    ordinal_suffixes=words("º ª .º .ª ero er"),
    percent=phrases("porcentaje, porcentajes, por ciento"),
    asking=words("decir dice dicen dijo dijeron mencionar menciona menciono pasar pasa paso ocurrir ocurrio"),
    asks_number=phrases("cuánto, cuánta, cuántos, cuántas, cuándo, qué porcentaje, qué número, qué año, qué fecha"),
    in_english={
        "why": phrases("por qué"),
        "what for": phrases("para qué"),
        "how old": phrases("qué edad"),
        "what": phrases("qué"),
        "which": phrases("cuál, cuáles"),
        "who": phrases("quién, quiénes"),
        "when": phrases("cuándo"),
        "where": phrases("dónde"),
        "how long": phrases("cuánto tiempo"),
        "how much": phrases("cuánto, cuánta"),
        "how many": phrases("cuántos, cuántas"),
        "how": phrases("cómo"),
    },
    negation=phrases("no, ni, nunca, jamás, sin, nadie, nada, tampoco, ningun*, ningún*"),
    contrast=phrases("""
        pero, sino, salvo, excepto, aunque, sin embargo, no obstante, a menos que, niega, negó
        """),
    refers_back=phrases("él mismo, ella, ellos, ellas, su, sus, dicho, dicha, dichos, dichas"),
    begins_back=phrases("esta, estas, este, estos, esto, esa, esas, ese, esos, eso"),
    addresses=phrases("usted, ustedes, tú, te"),
    corrects=phrases(
        "corrigió, corregido, corregida, rectificó, rectificación, fe de erratas, se informó inicialmente"
    ),
    interrogatives=words("que cual cuales quien quienes cuando donde por como cuanto cuanta cuantos cuantas"),
    asks_reason=r"por qu[eé]",
    gives_reason=r"porque|debido a|a causa de|para que",
    asks_request=r"(?:pid|exig)\w+|(?:solicit|reclam)(?:a|an|aba|aban|[oó]|aron|ado|ar)",
    gives_request=r"pidi[oó]|pide|solicit[oó]|solicita|exigi[oó]|exige|inst[oó] a|reclam[oó]",
    asks_who=r"(?:qui[eé]n|qu[eé])(?: es| fue| son)",
    titles=words("sr sra sres srta dr dra dna gral cnel cap lic ing prof ee"),
    abbreviations=words("uu art arts num pag pags av d"),
    demonyms=words("ano ana no na eno ena ense es esa"),
    peoples=phrases("""
        alemania aleman alemana, belgica belga, brasil brasileno, dinamarca danes, eeuu US estadounidense,
        escocia escoces, espana espanol espanola, finlandia finlandes, francia frances francesa, grecia griego griega,
        holanda holandes, inglaterra ingles inglesa, irlanda irlandes, polonia polaco polaca, rusia ruso rusa,
        suecia sueco sueca, suiza suizo suiza, turquia turco turca
        """),
)
