"""Exports of three articles each, laid out as the archives do, with invented words."""

from __future__ import annotations

HEADLINES = ("Northern quay closed", "Grain goes south", "Harbour master resigns")
BODIES = (
    "The northern quay of Skagen was closed on Tuesday.\n\nDivers had found cracks in it.",
    "From May on, grain is loaded at the southern quay of Skagen.\n\nThe elevator there has 14 silos.",
    "Orla Venn, the harbour master of Skagen, resigned on Thursday.\n\nShe had held the office for nine years.",
)
DAYS = (14, 15, 16)

COVER = """
Download Request: Selected Items: 1-3
Time Of Request: Friday, March 17, 2023  16:51:31

Terms: (quay)


Source: The Harbour Post
"""


def lexis(of: int = 3) -> str:
    """LexisNexis Academic with the headline in the middle, and what is told of the article behind it."""

    def one(number: int) -> str:
        return f"""
                               {number + 1} of {of} DOCUMENTS



                                The Harbour Post

                             March {DAYS[number]}, 2023 Tuesday
                                 First Edition

{HEADLINES[number]}

BYLINE: By Ana Lopez

SECTION: PORT; Pg. {number + 1}

LENGTH: 355 words


{BODIES[number]}

GRAPHIC: The quay, from the sea

LOAD-DATE: March 20, 2023

LANGUAGE: ENGLISH

SUBJECT: HARBOURS (90%); DIVING
(78%)

PUBLICATION-TYPE: Newspaper


                       Copyright 2023 The Harbour Post Ltd.
                              All Rights Reserved
"""

    return COVER + "".join(map(one, range(3)))


def lexis_fields() -> str:
    """LexisNexis Academic with every field named, the rights first, and a headline of two lines."""

    def one(number: int) -> str:
        return f"""
                               {number + 1} of 3 DOCUMENTS


                       Copyright 2023 The Harbour Post Ltd.
                              All Rights Reserved
                       The Harbour Post (Skagen, Denmark)

                      Distributed by Coastal Content Agency

                             March {DAYS[number]}, 2023 Tuesday

SECTION: PORT; Pg. {number + 1}

LENGTH: 355  words

HEADLINE: {HEADLINES[number]};
What it costs

BYLINE: Ana Lopez

BODY:

{BODIES[number]}

LANGUAGE: ENGLISH

LOAD-DATE: March 20, 2023

"""

    return "".join(map(one, range(3)))


def nexis() -> str:
    """Nexis Uni as it is once it was Word: a list of the articles first."""

    def one(number: int) -> str:
        return f"""{HEADLINES[number]}
The Harbour Post(Skagen)
March {DAYS[number]}, 2023 Tuesday 9:20 AM GMT

Copyright 2023 The Harbour Post Ltd. All Rights Reserved

Section:\u00a0PORT; Version:2
Length:\u00a0355 words
Byline:\u00a0Ana Lopez
Body


{BODIES[number]}


Load-Date:\u00a0March 20, 2023


End of Document


"""

    listed = "".join(f"{n}. {headline}\nClient/Matter: -None-\n\n" for n, headline in enumerate(HEADLINES, 1))
    return f"Date and Time: Friday, 17. March 2023\nDocuments (3)\n{listed}\n" + "".join(map(one, range(3)))


def factiva() -> str:
    """Factiva as it is displayed: headline, author, length, date, source, code, language, rights, text, number."""

    def one(number: int) -> str:
        return f"""Port
{HEADLINES[number]}
By Ana Lopez
355 words
{DAYS[number]} March 2023
09:20
The Harbour Post
HARPO
English
(c) 2023 The Harbour Post Ltd.

{BODIES[number]}

Document HARPO000202303{DAYS[number]}ej3e0001b

"""

    return "".join(map(one, range(3)))


def factiva_fields() -> str:
    """Factiva with the names of its fields."""

    def one(number: int) -> str:
        lead, rest = BODIES[number].split("\n\n")
        return f"""SE  Port
HD  {HEADLINES[number]}
BY  By Ana Lopez
WC  355 words
PD  {DAYS[number]} March 2023
ET  09:20
SN  The Harbour Post
SC  HARPO
LA  English
CY  (c) 2023 The Harbour Post Ltd.
LP
{lead}

TD
{rest}

CO  skagen : Port of Skagen
NS  gport : Ports
AN  Document HARPO000202303{DAYS[number]}ej3e0001b

"""

    return "".join(map(one, range(3)))


def proquest() -> str:
    """ProQuest: each article's text between what is told of it."""

    def one(number: int) -> str:
        return f"""____________________________________________________________

Document {number + 1} of 3

{HEADLINES[number]}

Author: Lopez, Ana

Publication info: The Harbour Post; Skagen [Skagen]{DAYS[number]} Mar 2023: A1.

Links: https://library.example/{number}

Full text: {BODIES[number]}

Subject: Harbours; Diving

Title: {HEADLINES[number]}

Publication title: The Harbour Post; Skagen

Pages: A1

Publication year: 2023

Publication date: Mar {DAYS[number]}, 2023

ProQuest document ID: 27{number}

Last updated: 2023-03-20

"""

    return "".join(map(one, range(3))) + "____________________________________________________________\n\nContact us\n"


LAYOUTS = {
    "lexis": lexis(),
    "lexis-fields": lexis_fields(),
    "nexis": nexis(),
    "factiva": factiva(),
    "factiva-fields": factiva_fields(),
    "proquest": proquest(),
}
