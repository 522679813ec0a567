"""The words of a posology as doctors type them, as patterns on folded text."""

from eprescription.posology.naming import UNIT_PHRASE, UNIT_WORD
from eprescription.posology.quantities import NUMBER, RANGE

END = r"(?![a-z0-9µ])"
MOMENT_WORDS = {
    "matin": ("morning",), "matins": ("morning",), "mat": ("morning",), "morning": ("morning",),
    "midi": ("noon",), "midis": ("noon",), "noon": ("noon",),
    "soir": ("evening",), "soirs": ("evening",), "evening": ("evening",),
    "coucher": ("bedtime",), "bedtime": ("bedtime",), "night": ("bedtime",),
}  # fmt: skip
_TO = r"(?:tou[ts]e?s? les |tts? les |chaque |le |la |au moment du |au |a |in the |at (?:the )?|every )?"
MOMENT = rf"{_TO}(?:l'heure du )?(matins?|mat|midis?|soirs?|coucher|morning|noon|evening|bedtime|night){END}\.?"
AT_BEDTIME = rf"(?:le |au |tous les |chaque )?soirs? (?:au (?:moment du )?|avant le )coucher{END}"
ON_WAKING = rf"(?:(?:le |tous les |chaque )?matins?,? )?(?:au (?:reveil|lever)|des le (?:reveil|lever)|on waking){END}"
# "du matin au soir", "de 8h à 20h": a span, not two takes.
SPAN = r"(?:du|de|from) (?:matin|soir|coucher|midi|\d{1,2} ?h(?:\d\d)?) (?:au|a|to) (?:soir|matin|coucher|midi|\d{1,2} ?h(?:\d\d)?)"
LETTERS = rf"(m ?[-/,+]? ?m ?[-/,+]? ?s|m ?(?:[-/,+]|et)? ?s){END}"
MEALS_OF_DAY = {
    "petit": "morning",
    "pdj": "morning",
    "dej": "noon",
    "din": "evening",
    "sou": "evening",
}
_MEAL_TO = r"(avant|apres|pendant|pdt|avec|au (?:cours|moment|milieu) d[eu]s?|lors d[eu]s?|a|au|aux|before|with|after)"
MEAL = rf"{_MEAL_TO} (?:(chaque|chacun des|(?:les |des )?(?:3|trois)(?: principaux)?|each) )?(?:les?|the|du|des)? ?(?:repas|meals?){END}(?: principaux)?"
MEAL_OF_DAY = (
    rf"{_MEAL_TO} (?:le |la |du )?(petits?[- ]dej(?:euner)?|pdj|dej(?:euner)?|diner|souper){END}"
)
FASTING = rf"(?:a jeun|on an empty stomach|estomac vide){END}"
BEFORE = ("avant", "before")
AFTER = ("apres", "after")

CLOCK = r"(\d{1,2}) ?(?:h(?:eures?|rs?)?(?: ?(\d\d))?|:(\d\d))(?![a-z0-9])"
CLOCKS = (
    rf"(?:a|vers|at|et|and|@) ?{CLOCK}(?:(?: ?, ?| et | ?- ?| |,? a | et a | ?/ ?){CLOCK}){{0,5}}"
)

TWO_CLOCKS = rf"{CLOCK}(?:(?: ?[-,/] ?| et ){CLOCK}){{1,5}}"

PERIOD_WORDS = {
    "j": "day",
    "24": "day",
    "d": "day",
    "s": "week",
    "w": "week",
    "m": "month",
    "a": "year",
    "y": "year",
}
PERIOD = r"(jours?|jrs?|j|24 ?h(?:eures?)?|semaines?|sem|mois|ans?|annees?|days?|weeks?|months?|years?|d)"
PER = rf"(?:et )?(?:/|par|per|a(?= (?:day|week|month)))\.? ?(?:1 )?{PERIOD}{END}\.?"
_ALL = r"(?:tou[ts]e?s?|tts?|ttes?|ts|chaque|chq|every|each)"
EVERY = (
    rf"{_ALL} (?:les? )?(?:({RANGE}|other|autres?) ?)?(h(?:eures?|rs?)?|hours?|{PERIOD}){END}\.?"
)
ONE_IN = rf"(?:1|un|une) ?(j|jr|jour|semaine|sem|mois) ?(?:/|sur) ?({NUMBER}) ?(?:j|jours?)?{END}"
PER_HOURS = rf"(?:/|q) ?(\d{{1,3}}(?: ?[-a] ?\d{{1,3}})?) ?h(?:eures?|rs?)?{END}"
ADVERBS = {
    "quotidien": "day", "quotidienne": "day", "quotidiennement": "day", "journalier": "day", "daily": "day",
    "hebdomadaire": "week", "hebdo": "week", "weekly": "week", "mensuel": "month", "mensuelle": "month",
    "monthly": "month",
}  # fmt: skip
ADVERB = rf"({'|'.join(ADVERBS)}){END}"
ONCE = (
    rf"(?:(?:en )?(?:une |1 )?(?:seule )?(?:prise|dose) unique|en (?:une|1) seule prise|monoprise|stat"
    rf"|as one single dose|single dose){END}"
)
TIMES = rf"({RANGE}) ?(?:fois|f|times){END}|({RANGE}) ?(?:prises?|doses a day){END}"
TIMES_X = rf"({RANGE}) ?x(?![a-z]| ?\d)"
X_TIMES = rf"x ?({RANGE})(?![\d.,]| ?(?:{UNIT_WORD}|j|jrs?|jours?|sem|semaines?|mois|ans?|b|bts?|boites?){END})"
ONCE_TWICE = rf"(once|twice|bid|tid|qid){END}"
DIVIDED = rf"(?:a )?(?:(?:re)?parti[er]?s?|divisee?s?|fractionnee?s?)? ?(?:en|in) ({RANGE}) ?(?:prises?|fois|doses?){END}"
WEEKDAY = (
    r"(?:tous les |chaque |les? |on )?(lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?"
    r"|lun|mar|mer|jeu|ven|sam|dim|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)"
    + END
    + r"\.?"
)
WEEKDAYS_TO = r"du (lundi|mardi|mercredi|jeudi|vendredi|samedi) au (mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
WEEKDAY_NUMBERS = {
    name: day
    for day, names in enumerate(
        ("lun mon", "mar tue", "mer wed", "jeu thu", "ven fri", "sam sat", "dim sun")
    )
    for name in names.split()
}

IF_NEEDED = (
    rf"(?:(?:si|s'il y a|en cas de) (?:besoin|necessaire|necessite)|sb|au besoin|a la demande"
    rf"|prn|(?:if|as|when) needed){END}"
)
IF = r"(?:(?:si|en cas de|if)(?: (?=[^\d\s])|(?=[<>]))|en cas d' ?(?=[^\d\s]))"
DAY_OR_NIGHT = r"(?:/|par|per|en|a) ?(?:1 )?(?:jour|j|24 ?h(?:eures?)?|day)"
AT_MOST = (
    rf"(?:(?:au |at |en )?(?:max(?:i|imum|imal)?|most)\b\.?|(?:sans|ne) (?:pas |jamais )?depasser|dose max(?:imale)?\b)"
    rf" ?:? ?(?:de )?({NUMBER}) ?(?:({UNIT_PHRASE})\.? ?)?{DAY_OR_NIGHT}{END}"
)
AT_MOST_ALONE = (
    rf"(?:au )?max(?:i|imum)?\b\.? ?:? ?({NUMBER}) ?({UNIT_PHRASE})?(?! ?(?:/|par|per|a){END}| ?/)"
)
UP_TO = rf"(?:jusqu'a|up to) ({NUMBER}) ?(?:({UNIT_PHRASE})\.? ?)?{DAY_OR_NIGHT}{END}"
MAX_AFTER = rf"({NUMBER}) ?(?:({UNIT_PHRASE})\.? ?)?{DAY_OR_NIGHT} (?:au |en )?max(?:i|imum)?{END}(?! ?:? ?\d)"
TAKE_WORDS = ("prise", "prises", "fois", "x", "times")

_LEAST = r"(?:d'au moins |au moins |d'au minimum |min(?:imum)? |de |a )*"
GAP = (
    rf"(?:en )?(?:espac(?:er|ant|ees?)) ?(?:les prises |chaque prise |de |deux prises )*{_LEAST}({NUMBER}) ?h(?:eures?)?"
    rf"(?: (?:au )?(?:moins|min(?:imum)?))?(?: entre (?:2|deux|les|chaque) prises?)?{END}"
)
GAP_BETWEEN = (
    rf"(?:avec |with )?(?:(?:un )?intervalle (?:minimum |minimal )?|at least )?{_LEAST}({NUMBER}) ?h(?:eures?|ours?)? "
    rf"(?:min(?:imum)? |au moins )?(?:entre (?:2|deux|les|chaque) prises?|d'intervalle|d'ecart|between doses)"
    rf"(?: (?:minimum|au moins))?{END}"
)
WEIGHT = (
    r"(?:pour |for |poids ?:? ?|pds ?:? ?)(?:un poids de |un enfant de )?(\d{1,3}(?:[.,]\d{1,3})?) ?kg"
    + END
)

_FOR = r"(?:pendant|pdt|pd|pendt|durant|pour|x|sur|for|duree ?:?|traitement de)"
LASTING = rf"(?:{_FOR} ?)?(?:une duree de )?({NUMBER}) ?{PERIOD}(?![a-z0-9/]| ?(?:/|par|sur|tous|chaque)(?![a-z])){END}\.?(?: de traitement)?"
# "après 1 semaine" is when something changes, not how long it lasts.
LATER = rf"(?:apres|dans|depuis|avant|au bout de|il y a) {NUMBER} ?{PERIOD}{END}"
RANGE_OF_DAYS = rf"{NUMBER} ?(?:a|-|ou|to|or) ?{NUMBER} ?{PERIOD}{END}"
FIRST_DAYS = (
    rf"(?:le |les )?(?:({NUMBER}) )?(?:1er|1ers|premiers?) jours?{END}|j ?1{END}(?! ?(?:-|a) ?j)"
)
NEXT_DAYS = rf"(?:les )?({NUMBER}) jours suivants{END}"
DAYS_TO = (
    r"(?:de )?j ?(\d{1,3}) ?(?:-|a) ?j ?(\d{1,3})"
    + END
    + r"|du (\d{1,3})(?:er?|eme|ieme)? au (\d{1,3})(?:e|eme|ieme) jour"
    + END
)
LASTING_HOURS = rf"{_FOR} ?(24|48|72) ?h(?:eures?)?{END}"
SUPPLY = rf"(?:q\.? ?s\.?(?: ?p\.?)?|quantite suffisante pour) ?:? ?(?:une duree de )?({NUMBER}) ?{PERIOD}{END}\.?"
BOX = r"(?:bo[iî]tes?|btes?|bts?|b|box(?:es)?|tubes?)"
BOXES = rf"(?:x ?|nb ?:? ?|qte ?:? ?|qsp ?|quantite ?:? ?|delivrer |dispenser )?({NUMBER}) ?{BOX}{END}\.?"
AGAIN = r"(?:a renouveler|a renouveller|renouvell?ables?|renouv\.?|renouveler|repeat|a\.r\.?|ar|renouvellements? ?:)"
RENEWALS = rf"{AGAIN} ?(?:x ?)?({NUMBER}) ?(?:fois|x|f|times)?{END}(?! ?(?:j|jours?|sem|semaines?|mois|ans?){END})"
RENEWALS_AFTER = rf"({NUMBER}) (?:renouvellements?|renewals?){END}"
NO_RENEWAL = rf"(?:non[- ]renouvelables?|ne pas renouveler|(?:sans|pas de|no) (?:renouvellements?|renewals?)|nr){END}"

THEN = rf"(?:et )?(?:puis|ensuite|then|suivi de){END}|->|>"
STOP = rf"(?:stop|arret(?:er)?){END}"
VERB = rf"(?:en )?(?:appliquer|applications?|apply){END}"
FILLER = (
    rf"(?:(?:par|a chaque) prise{END}|/ ?prise{END})|(?:le|la|les|l'|du|de|des|d'|a|au|aux|en|et|the|in|on|and|of|take|prendre|a prendre|mettre|avaler"
    rf"|administrer|instiller|injecter|inhaler|prise|soit)(?:{END}|(?<='))|/(?= ?(?:matin|midi|soir|coucher))|[,;.:+&=\-]"
)
# Instructions that need no brackets to be kept as a note.
INSTRUCTION = (
    r"(?:\d{1,3} ?(?:min|mn|minutes?|h|heures?) (?:avant|apres) (?:le |la |les |chaque )?"
    r"(?:repas(?: du (?:matin|midi|soir))?|petits?[- ]dej(?:euner)?|dejeuner|diner|coucher)"
    r"|(?:a distance|en dehors|loin) des? (?:la |les )?(?:repas|prises?)"
    r"|(?:a (?:croquer|sucer|avaler|macher|diluer|dissoudre|laisser fondre|faire fondre)|sans (?:croquer|macher|ecraser)"
    r"|ne pas (?:croquer|macher|ecraser|couper|avaler))(?: dans [a-z' ]*?eau)?"
    r"|avec (?:un )?(?:grand |demi-|plein )?(?:verre d')?eau|dans un (?:grand )?(?:demi-)?verre d'eau"
    r"|en couche (?:mince|fine)|au long cours|en continu)" + END
)
# One of these unread, and what was read may say the opposite: the posology then stays free text.
DOUBT = frozenset(
    ["ou", "or", "not", "pas", "ne", "sans", "sauf", "ni", "except", "jusqu", "jusqu'a", "jusqu'au", "selon", "augmenter", "diminuer", "augmentation", "diminution", "alterner", "alternance", "dont", "arreter", "stop", "stopper", "until", "unless", "adapter", "max", "maxi", "maximum", "min", "minimum", "par", "kg", "puis", "then", "ce", "plus", "supplementaire", "pause", "retirer", "enlever", "oter", "demain", "veille", "du", "dose", "doses", "relais", "si", "fois", "moitie", "demi", "quart", "tiers", "double"]
)  # fmt: skip
# What ends the reason of "si …".
REASON_ENDS = (
    rf"[,;.()\n]|\d|(?:max|maxi|maximum|maximal|sans|ne|pendant|pdt|pd|durant|pour|qsp|qs|puis|then|tou[ts]e?s?"
    rf"|tts?|ttes|chaque|every|espac\w+|avant|apres|au moins|au max\w*|a jeun|ar|a renouveler|renouvelable|nr|non"
    rf"|jusqu'a|une fois|deux fois|trois fois|par jour|x|for|at most|with|dans|sous la langue|en espacant|en prise){END}"
    rf"|(?:et |and )?(?:le |la |a |au |in the |at )?(?:matin|midi|soir|coucher|morning|noon|evening|bedtime){END}|/|le \w+di{END}"
)
