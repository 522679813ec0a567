"""How much a box is used, estimated from what was reimbursed for it."""

import pytest

from eprescription.catalogue.sources.facts import Box
from eprescription.catalogue.sources.lines import UnreadableError
from eprescription.catalogue.sources.usage import Usage
from tests.eprescription.catalogue.base import cip13


def usage(tmp_path, content):
    (tmp_path / "pareto.csv").write_text(content, encoding="utf-8")
    return Usage(tmp_path)


def box(**told):
    facts = {"cis": "60000001", "cip13": cip13(1), "cip7": "0000001", "label": "", "marketed": True}
    return Box(**facts | {"rate": "65%", "price_cents": 200} | told)


@pytest.mark.parametrize(
    ("told", "boxes"),
    [
        ({}, 1000),
        ({"rate": "100%"}, 650),
        ({"rate": ""}, 0),
        ({"price_cents": None}, 0),
        ({"price_cents": 0}, 0),
        ({"cip13": cip13(2)}, 0),
        ({"cip13": cip13(3)}, 0),
        ({"cip13": cip13(4)}, 0),
    ],
)
def test_boxes_are_euros_over_price_and_rate(tmp_path, told, boxes):
    lines = ["cip13,lib_cip13,remboursement_total", f"{cip13(1)},ALPHANE,1300.0"]
    lines += [f"{cip13(3)},BETANE,rien", f"{cip13(4)},GAMMA,-5"]

    assert usage(tmp_path, "\n".join(lines)).boxes(box(**told)) == boxes


@pytest.mark.parametrize("content", ["", "<html>", "a,b\n1,2\n"])
def test_a_file_that_is_something_else_is_refused(tmp_path, content):
    with pytest.raises(UnreadableError, match="pareto"):
        usage(tmp_path, content)
