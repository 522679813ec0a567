"""Where the law is read: one stable address a code or decree. Dates a rule may not know are those of its code."""

from datetime import date

CSP = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006072665/"  # Code de la santé publique
CSS = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000006073189/"  # Code de la sécurité sociale
E_PRESCRIPTION = "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000048621373"  # décret 2023-1222
EXCEPTION = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000792699"  # arrêté du 26 juin 2006
# Arrêté du 12 novembre 2019: when substitution may be excluded, and the substances of narrow margin
NARROW_MARGIN = "https://www.legifrance.gouv.fr/jorf/article_jo/JORFARTI000039393133"
ANSM = "https://ansm.sante.fr/"

# Rules older than any prescription of the portal: the day their present numbering was law.
LONG_SINCE = date(2007, 1, 1)
E_PRESCRIPTION_SINCE = date(2024, 12, 31)
