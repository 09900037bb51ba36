"""French."""

from __future__ import annotations

from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="fr",
    stemmer="french",
    function_words=words("""
        ainsi apres au aucun aucune aussi autre autres aux avait avec avoir ce cela celle celui ces cet cette
        ceux chez comme dans qu de depuis des dont du elle elles en entre est et etaient etait etre eux il ils je
        jusqu la le les leur leurs lorsque meme moins ne ni nos nous on ont ou parce pendant peut plusieurs
        pourquoi qu quand que quel quelle quelles quels qui quoi selon sera ses si sont sur tous un une vers vos
        votre vous y
        """),
    homographs=words(
        "son pour mais car sans plus tout ans a c comment d j l m ma mes mon n notre par pas s sa sous t tres"
    ),
    accented=words("à où été après même très être où deçà"),
    stressed=words("et jamais ne pas tous"),
    months=(
        *("janvier janv", "fevrier fevr", "", "avril avr", "mai", "juin"),
        *("juillet juil", "aout", "septembre", "octobre", "novembre", "decembre"),
    ),
    months_in_dates={3: "mars"},
    numerals=numbered("""
        - deux trois quatre cinq six - huit - dix onze douze treize quatorze quinze seize - - - vingt
        """)
    | numbered("trente quarante cinquante soixante", 30, 10)
    | {"mille": 1_000, "millions": 1_000_000, "milliards": 1_000_000_000},
    ordinals=numbered(
        "premier/premiere deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme"
    ),
    ordinal_suffixes=words("er ere e eme ème ère"),
    percent=phrases("pourcent, pourcentage, pourcentages, pour cent"),
    asking=words("dire dit dits mentionner mentionne passer passe arrive"),
    asks_number=phrases("""
        quand, combien, quel pourcentage, quel nombre, quelle part, quelle année, quelle date, quel jour
        """),
    in_english={
        "why": phrases("pourquoi"),
        "how old": phrases("quel âge"),
        "what": phrases("qu'est-ce que, qu'est-ce qui, qu', que, quoi"),
        "which": phrases("quel, quelle, quels, quelles"),
        "who": phrases("qui"),
        "when": phrases("quand"),
        "where": phrases("où"),
        "how long": phrases("combien de temps"),
        "how many": phrases("combien"),
        "how": phrases("comment"),
    },
    negation=phrases("ne, n', pas, jamais, aucun*, rien, sans, sauf"),
    contrast=phrases("mais, cependant, toutefois, sauf, excepté, bien que, pourtant, néanmoins, dément, a nié"),
    refers_back=phrases("il, elle, ils, elles, sa, ses, leur, leurs"),
    begins_back=phrases("ce, cet, cette, ces, cela, c'"),
    addresses=phrases("vous, votre, vos"),
    corrects=phrases("corrigé, corrigée, rectificatif, rectifié, initialement annoncé, d'abord annoncé"),
    interrogatives=words("que quoi qui quel quelle quels quelles quand ou pourquoi combien"),  # "comment" is English
    asks_reason=r"pourquoi|pour quelles? raisons?",
    gives_reason=(
        r"parce que?|en raison d\w*|[aà] cause d\w*|puisque?|gr[aâ]ce (?:[aà]|aux?)|afin (?:de|que?)|pour que?"
        r"|raisons?|caus[eé]\w*|d[uû]e?s? (?:[aà]|aux?)"
    ),
    asks_request=r"(?:demand|r[eé]clam|exig|sollicit)(?:e|es|ent|er|ait|[eé]e?s?)|appel(?:le|lent|[eé]) [aà]",
    gives_request=(
        r"(?:demand|r[eé]clam|exig|sollicit|exhort)(?:ent|ait|aient|é)"
        r"|(?:demande|r[eé]clame|exige|sollicite) (?:à|aux?|qu|que|une?|la|les?|des)"
        r"|(?:appelé|appelle|appellent|appelait) (?:à|aux?)"
    ),
    asks_who=r"qui (?:est|[eé]tait|sont)",
    titles=words("mm mme mlle mmes dr pr me ste"),
    abbreviations=words("m st art al p ex env min max av bd no cf"),
    demonyms=words("ais aise ien ienne ain aine ois oise"),
)
