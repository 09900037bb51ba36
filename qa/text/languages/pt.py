"""Portuguese."""

from __future__ import annotations

from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="pt",
    stemmer="portuguese",
    function_words=words("""
        ainda ao aos apos aquela aquele as ate com como da das de dela dele depois do ela elas ele eles entre essa
        esse esta estao este foi foram ha isso isto la lhe mas me mesmo muito na nao nas nem no nos o onde ou para
        pela pelas pelo pelos por porque quais qual quando quanta quantas quanto quantos que quem se seja sem ser seu
        seus so sobre sua suas tambem tem ter um uma umas uns
        """),
    homographs=words("dez sao era mais disse a dos e em eu ja os"),
    accented=words("não são também até há é à já está você após então"),
    stressed=words("nao nem so"),
    months=(
        *("janeiro", "fevereiro fev", "", "abril", "maio", "junho"),
        *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
    ),
    months_in_dates={3: "marco", 8: "ago", 9: "set", 10: "out", 12: "dez"},
    numerals=numbered("""
        - dois/duas tres/três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete
        dezoito dezenove vinte
        """)
    | numbered("trinta quarenta cinquenta sessenta setenta oitenta noventa", 30, 10)
    | {
        "cem": 100,
        "mil": 1_000,
        "milhao": 1_000_000,
        "milhão": 1_000_000,
        "milhões": 1_000_000,
        "milhoes": 1_000_000,
        "bilhoes": 1_000_000_000,
    },
    ordinals=numbered("primeiro/primeira segundo/segunda terceiro/terceira - quinto/quinta sexto/sexta setimo/setima"),
    ordinal_suffixes=words("º ª .º .ª"),
    percent=phrases("porcentagem, percentagem, por cento"),
    asking=words("dizer diz disse mencionar menciona mencionou acontecer acontece aconteceu"),
    asks_number=phrases("""
        quando, quanto, quanta, quantos, quantas, que percentagem, que porcentagem, que ano, que data, que dia, qual ano
        """),
    in_english={
        "why": phrases("por que, por quê, porquê"),
        "how old": phrases("quantos anos, que idade"),
        "what": phrases("o que, que"),
        "which": phrases("qual, quais"),
        "who": phrases("quem"),
        "when": phrases("quando"),
        "where": phrases("onde"),
        "how long": phrases("quanto tempo"),
        "how much": phrases("quanto, quanta"),
        "how many": phrases("quantos, quantas"),
        "how": phrases("como"),
    },
    negation=phrases("não, nunca, jamais, nem, sem, ninguém, nada, tampouco, nenhum*"),
    contrast=phrases("mas, porém, contudo, todavia, entretanto, no entanto, exceto, salvo, embora, nega, negou"),
    refers_back=phrases("ele, ela, eles, elas, seu, sua, seus, suas"),
    begins_back=phrases("isto, isso, este, esta, estes, estas, esse, essa, esses, essas"),
    addresses=phrases("você, vocês"),
    corrects=phrases("corrigiu, corrigido, retificou, retificação, inicialmente informado"),
    interrogatives=words("que quem qual quais quando onde como porque quanto quanta quantos quantas"),
    asks_reason=r"por ?qu[eê]|por qual (?:motivo|raz[aã]o)",
    gives_reason=(
        r"porque|devido (?:[aà]s?|aos?)|por causa d\w*|em raz[aã]o d\w*|gra[cç]as (?:[aà]s?|aos?)|para que|pois"
        r"|motivos?|raz(?:[aã]o|[oõ]es)|causad[ao]s?"
    ),
    asks_request=r"ped(?:e|em|ia|iam|iu|iram|ido|ir)|exig\w+|solicit(?:a|am|ou|aram|ado|ar)|reivindic\w+|apel(?:ou|aram|a|am|ar)",
    gives_request=(
        r"ped(?:e|em|ia|iam|iu|iram)|exig(?:e|em|iu|iram)|solicit(?:a|am|ou|aram)|reivindic(?:a|am|ou|aram)"
        r"|apel(?:a|am|ou|aram) (?:[aà]s?|aos?|para)"
    ),
    asks_who=r"quem (?:[eé]|era|foi|s[aã]o)",
    titles=words("sr sra srs dr dra prof profa exmo exma"),
    abbreviations=words("art arts num pag av gen cel d"),
    demonyms=words("ano ana eiro eira ense es esa"),
)
