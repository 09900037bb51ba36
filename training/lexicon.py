"""Words that change what a question asks for, and words that carry little of it."""

from __future__ import annotations

_PAIRS = """first last|second third|largest smallest|biggest smallest|highest lowest|most fewest|most least|more fewer|
oldest youngest|older younger|earliest latest|before after|north south|east west|northern southern|eastern
western|won lost| win lose|winner loser|increase decrease|increased decreased|rise fall|rose fell|male
female|men women|man woman|father mother| son daughter|brother sister|husband wife|king queen|boys girls|begin
end|began ended|start end|started ended|open close| opened closed|open shut|arrived departed|arrive leave|enter
leave|entered left|joined left|bought sold|buy sell|born buried| birth death|live die|lived died|founded
abolished|created destroyed|built demolished|accept reject|accepted rejected| approve reject|approved
rejected|allow ban|allowed banned|support oppose|supported opposed|supporters opponents| agree disagree|agreed
refused|hired dismissed|appointed dismissed|elected removed|attack defend|attacked defended|victory defeat|
strongest weakest|hottest coldest|longest shortest|tallest shortest|fastest slowest|heaviest lightest|high
low|higher lower| long short|good bad|best worst|better worse|advantage disadvantage|advantages
disadvantages|major minor|public private| inside outside|above below|upper lower|import export|imported
exported|rich poor|richest poorest|young old|early late| cause prevent|caused prevented|easy difficult|common
rare|legal illegal|internal external|day night|summer winter| spring autumn|cheapest dearest|present absent|gain
loss|gained lost|add remove|added removed|teacher student|parents children| employers employees|landlord
tenant|killed rescued|injured rescued|dead injured|guilty innocent|convicted acquitted| arrested
released|collapsed reopened|delayed cancelled|positive negative|lend borrow|land sea|pull push|ancestors
descendants"""

#: A word, and those that turn the question into another one.
OPPOSITES: dict[str, list[str]] = {}
for _pair in _PAIRS.split("|"):
    _left, _right = _pair.split()
    OPPOSITES.setdefault(_left, []).append(_right)
    OPPOSITES.setdefault(_right, []).append(_left)

ROLES = """president chancellor minister mayor governor senator ambassador judge lawyer prosecutor spokesman spokeswoman
chairman director manager coach captain goalkeeper striker owner founder treasurer secretary commissioner bishop
archbishop pope priest general colonel admiral soldier sergeant doctor nurse surgeon professor teacher principal
student engineer architect builder author writer poet editor publisher composer singer drummer guitarist
producer actor actress screenwriter painter sculptor photographer king queen prince duke emperor farmer
fisherman pilot driver astronaut scientist chemist biologist economist historian philosopher""".split()

MONTHS = """January February March April May June July August September October November December""".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

#: Words that a keyword query leaves out.
FUNCTION = frozenset(
    """a an the of in on at to for from by with and or is are was were be been being do does did has have had who whom
    whose what which when where why how that this these those it its there as can could will would should may might
    into about than many much any some""".split()
)

QUESTION_WORDS = frozenset("who whom whose what which when where why how".split())
